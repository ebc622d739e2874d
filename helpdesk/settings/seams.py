"""How the apps meet without knowing each other: dotted paths, resolved and checked at start-up."""

# Dotted paths, called in this order inside the transaction of every ticket command. The list is the one place that
# says what happens after, for instance, a ticket is resolved. A listener writes rows: no network, no rendering.
TICKET_EVENT_LISTENERS = [
    "escalation.rules.engine.on_event",
    "escalation.visits.on_event",
    "escalation.clocks.on_event",
    "escalation.steps.on_event",
    "escalation.pauses.on_event",
    "escalation.summons.on_event",
    "escalation.referrals.on_event",
    "knowledgebase.links.on_event",
    "tickets.helping.on_event",
    "tickets.checklists.on_event",
    "tickets.snoozing.on_event",
    "tickets.notify.on_event",
    "escalation.notify.on_event",
    "tickets.live.on_event",
    "tickets.search.document.on_event",
]
# What the search finds besides tickets: (person, asked, limit) -> [found], see `accounts.finding`. Whatever else shall
# be found, problems for instance, joins here.
SEARCH_SOURCES = [
    "knowledgebase.finding.find_articles",
    "accounts.finding.find_people",
    "catalogue.finding.find_assets",
]
# (limit) -> texts whose words mistyped ones are corrected to, beside those of recent tickets
SEARCH_VOCABULARY = ["knowledgebase.finding.article_words"]
# (tickets, now) -> {ticket id: time left}: how lists learn what is left of a promise without knowing the clocks.
TICKET_TIME_LEFT = "escalation.time_left.for_tickets"
# (tickets, reader) -> {ticket's number: tags ({label, icon, tone})}: what stands behind the subjects of a list's rows.
ROW_TAGS = ["escalation.major_open.row_tags"]
# (ticket) -> plan or None: how the portal learns what happens while a ticket waits for its requester.
TICKET_WAITING_PLAN = "escalation.pauses.plan_for"
# (ticket, team, actor): raises Invalid where the ladder of tiers lets a ticket not go to that team without a handover
TICKET_MOVE_CHECK = "escalation.ladder.check_move"
# (people, news, at): how the roster tells of swaps and gaps without knowing the outbox.
ROSTER_TELLER = "notifications.roster.tell"
# (kind, key) -> names of the rules in force that name it: how the templates say who misses one that is switched off.
RULES_NAMING = "escalation.rules.references.rules_naming"
# What rules can do, in the order in which an editor offers it: dotted paths of `tickets.automation.Action` classes.
RULE_ACTIONS = [
    "escalation.actions.team.SetTeam",
    "escalation.actions.team.SetTier",
    "escalation.actions.team.Escalate",
    "escalation.actions.owner.Assign",
    "escalation.actions.placing.SetPriority",
    "escalation.actions.placing.SetCategory",
    "escalation.actions.tags.Tag",
    "escalation.actions.promise.SetPolicy",
    "escalation.actions.waiting.Pause",
    "escalation.actions.speech.Note",
    "tickets.actions.ReplyFromTemplate",
    "tickets.actions.PlanTask",
    "knowledgebase.actions.LinkArticle",
    "escalation.actions.telling.Notify",
    "escalation.actions.telling.Watch",
    "escalation.actions.major.ProposeMajor",
    "escalation.actions.telling.Webhook",
]
# What people can do by a macro: actions that a person does by hand as well, each with that person's own rights.
MACRO_ACTIONS = [
    "escalation.actions.by_hand.Take",
    "escalation.actions.owner.Assign",
    "escalation.actions.team.SetTeam",
    "escalation.actions.by_hand.EscalateByHand",
    "escalation.actions.placing.SetPriority",
    "escalation.actions.placing.SetCategory",
    "escalation.actions.tags.Tag",
    "escalation.actions.speech.Note",
    "tickets.actions.ReplyFromTemplate",
    "escalation.actions.waiting.Pause",
    "tickets.actions.PlanTask",
    "knowledgebase.actions.LinkArticle",
    "escalation.actions.by_hand.Follow",
    "escalation.actions.by_hand.Resolve",
]
# What can be done to many tickets at once besides what tickets offer: dotted paths of `BulkAction` values.
BULK_ACTIONS = ["escalation.macros.bulk.MACRO"]
# The side of the ticket page, from top to bottom: dotted paths of `tickets.views.panels.Panel`.
TICKET_PANELS = [
    "escalation.views.major.MAJOR",
    "escalation.views.panels.CLOCKS",
    "escalation.views.panels.WHY",
    "escalation.views.panels.HANDOVERS",
    "escalation.views.vendor.VENDOR",
    "knowledgebase.views.LIKE",
    "tickets.views.requester.REQUESTER",
    "tickets.views.checklists.CHECKLISTS",
    "tickets.views.tasks.TASKS",
    "tickets.views.helping.HELPERS",
    "tickets.views.linking.LINKS",
    "tickets.views.timing.TIME",
    "tickets.views.following.FOLLOWERS",
]
