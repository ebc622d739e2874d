"""Rules at work: triggers, circles, failures, the kill switch, holds."""

import pytest
from django.utils.translation import override

from core.errors import Conflict, Invalid, NotAllowed
from escalation.commands.rules import RuleWording, draft_rule, put_in_force, restore, switch, turn_off
from escalation.commands.wording import draft_policy
from escalation.commands.wording import put_in_force as promise_in_force
from escalation.models import BusinessCalendar, PolicyChoice, Rule, RuleDecision, RuleRun, RuleSwitch, SlaPolicy
from escalation.policy_words import WHO
from escalation.rules.failing import FAILURES_AT_MOST
from escalation.rules.stored import check_stored
from tests.escalation.rules import SAYS_VPN, asks, priority, rule, team, wording
from tickets import commands
from tickets.automation import actions
from tickets.models import TicketEvent

pytestmark = pytest.mark.django_db


def runs(ticket):
    return list(RuleRun.objects.filter(ticket=ticket).order_by("pk"))


def test_a_rule_listens_to_what_people_do(opened, world, requester, agent1):
    rule(1, [], {"do": "note", "text": "{requester} answered {ticket}"}, on=("requester_replied",))
    ticket = opened()
    commands.reply(ticket, actor=agent1, body="What do you see?")
    assert not runs(ticket)
    commands.reply(ticket, actor=requester, body="A red light.")
    note = ticket.messages.get(kind="note")
    assert note.body == f"{requester.name} answered {ticket.key}"
    assert note.author.is_automation


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "tell the lead"),
        ({"text": "Look"}, "tell the lead “Look”"),
        ({"by_mail": True}, "tell the lead, by email too"),
        ({"text": "Look", "by_mail": True}, "tell the lead “Look”, by email too"),
    ],
)
def test_telling_people_is_said_with_its_words_and_its_ways(said, words):
    lead = str(WHO["lead"])
    assert actions()["notify"].words({"who": ["lead"], **said}) == words.replace("the lead", lead)


def test_words_of_rules_set_no_rules_off(opened, world, agent1):
    rule(1, [], {"do": "note", "text": "noted"}, on=("noted",))
    ticket = opened()
    commands.note(ticket, actor=agent1, body="Look at this.")
    assert ticket.messages.filter(kind="note").count() == 2
    assert len(runs(ticket)) == 1


def test_an_effect_names_its_cause(opened, world):
    rule(1, [SAYS_VPN], team("network"))
    ticket = opened()
    moved = ticket.events.get(verb="transfer")
    assert (moved.cause.verb, moved.depth) == ("open", 1)
    assert moved.data["reason"] == {"en": "rule 1", "id": "aturan 1"}


def test_rules_that_would_set_each_other_off_without_end_are_refused(world):
    rule(1, [], team("network"), on=("priority_changed",), stop=False)
    rule(2, [asks("team", "is", "network")], priority(1), on=("team_changed",), stop=False)
    # what is set already is no event: the two end by themselves
    with pytest.raises(Invalid) as caught:
        rule(3, [asks("team", "is", "network")], priority(2), team("infrastructure"), on=("team_changed",))
    assert "then" in caught.value.fields


def test_a_circle_nobody_foresaw_ends_and_says_so(opened, world, monkeypatch, lead):
    monkeypatch.setattr("escalation.commands.rules.loops", lambda rules: None)
    rule(1, [asks("team", "is", "network")], team("infrastructure"), on=("team_changed",))
    rule(2, [asks("team", "is", "infrastructure")], team("network"), on=("team_changed",))
    ticket = opened(into=world.desk)
    commands.transfer(ticket, actor=lead, team=world.network)
    states = [run.state for run in runs(ticket)]
    assert states == ["done", "done", "done", "stopped"]
    assert max(TicketEvent.objects.filter(ticket=ticket).values_list("depth", flat=True)) == 3
    assert runs(ticket)[-1].did == [{"do": "set_team", "ok": False, "why": "too_deep"}]


def test_an_action_that_fails_blocks_neither_ticket_nor_rule(opened, world, monkeypatch):
    monkeypatch.setattr("escalation.actions.placing.SetPriority.apply", lambda *given: 1 / 0)
    rule(1, [SAYS_VPN], priority(1), team("network"))
    ticket = opened()
    assert ticket.team == world.network
    run = runs(ticket)[0]
    assert run.state == "partly"
    assert run.did[0] == {
        "do": "set_priority",
        "ok": False,
        "error": "ZeroDivisionError",
        "kind": "unforeseen",
    }
    assert run.did[1] == {"do": "set_team", "ok": True}


def test_what_a_failed_action_had_done_is_taken_back(opened, world, monkeypatch):
    def half(self, ticket, params, doing):
        commands.note(ticket, actor=doing.actor, body="half done", at=doing.at)
        raise Invalid("and no further")

    monkeypatch.setattr("escalation.actions.placing.SetPriority.apply", half)
    rule(1, [SAYS_VPN], priority(1), team("network"))
    ticket = opened()
    assert not ticket.messages.filter(kind="note").exists()
    assert not ticket.events.filter(verb="note").exists()
    versions = [event.data["version"] for event in ticket.events.order_by("pk")]
    assert versions == list(range(versions[0], versions[0] + len(versions)))
    ticket.refresh_from_db()
    assert ticket.version == versions[-1]


def test_a_move_that_is_taken_back_leaves_no_trace_on_the_ticket_in_hand(opened, world, monkeypatch):
    def halfway(self, ticket, params, doing):
        commands.transfer(ticket, actor=doing.actor, team=world.infra, reason="x", at=doing.at)
        raise Invalid("and no further")

    monkeypatch.setattr("escalation.actions.placing.SetPriority.apply", halfway)
    rule(1, [SAYS_VPN], priority(1))
    ticket = opened()
    # no rule gave it a team, so the support line has it
    assert (ticket.team, ticket.tier, ticket.team_id) == (world.desk, world.desk.tier, world.desk.pk)
    assert [event.verb for event in ticket.events.order_by("pk")] == ["open", "transfer"]


def test_a_rule_that_keeps_failing_switches_itself_off_and_tells_its_owner(opened, world, monkeypatch, lead):
    monkeypatch.setattr("escalation.actions.placing.SetPriority.apply", lambda *given: 1 / 0)
    failing = rule(1, [SAYS_VPN], priority(1), owner=lead)
    for _time in range(FAILURES_AT_MOST):
        opened()
    failing.refresh_from_db()
    assert (failing.is_active, failing.switched_off_why) == (False, "ZeroDivisionError")
    assert lead.outbox_messages.filter(template="rule_off").count() == 2
    assert not runs(opened())


def test_doing_well_once_forgives(opened, world):
    good = rule(1, [SAYS_VPN], team("network"))
    Rule.objects.filter(pk=good.pk).update(failures=4)
    opened()
    good.refresh_from_db()
    assert good.failures == 0


def test_the_kill_switch_stops_all_rules_and_tickets_still_arrive(opened, world, manager, agent1):
    rule(1, [SAYS_VPN], team("network"))
    with pytest.raises(Invalid):
        switch(is_on=False, actor=manager)
    with pytest.raises(NotAllowed):
        switch(is_on=False, actor=agent1, reason="just so")
    switch(is_on=False, actor=manager, reason="a storm of mail")
    ticket = opened()
    assert ticket.team == world.desk
    assert ticket.decisions.get(about="rules").fallback == "Rules are switched off: the first team looks first"
    switch(is_on=True, actor=manager)
    assert opened().team == world.network
    assert RuleSwitch.objects.get().changed_by == manager


def test_a_rule_is_active_in_its_window_only(opened, world):
    rule(1, [SAYS_VPN], team("network"), until="2020-01-01T00:00:00+07:00")
    ticket = opened()
    assert ticket.team == world.desk
    assert ticket.decisions.get(about="rules").skipped[0][1] == -1


def test_the_past_told_again_is_placed_but_nobody_is_told(opened, world, agent1):
    rule(1, [SAYS_VPN], team("network"), {"do": "notify", "who": ["team"]})
    with commands.quietly():
        ticket = opened()
    assert ticket.team == world.network
    assert runs(ticket)[0].did[1] == {"do": "notify", "ok": True, "why": "past"}


def test_people_are_told_once_with_the_rule_s_words(opened, world, agent2):
    rule(1, [SAYS_VPN], team("network"), {"do": "notify", "who": ["team"], "text": "Look at once"})
    ticket = opened()
    letter = agent2.outbox_messages.get(template="rule")
    assert (letter.channel, letter.context["text"], letter.context["key"]) == ("in_app", "Look at once", ticket.key)
    # who asks later why they were told finds the rule and its version
    assert (letter.context["rule"]["en"], letter.context["version"]) == ("rule 1", 1)


def test_a_rule_can_choose_the_promise(opened, world):
    strict = SlaPolicy.objects.create(name="Strict", position=99)
    targets = {"response": {"4": 5}, "resolution": {"4": 10}}
    never = {"all": [asks("channel", "is", "api")]}
    calendar = BusinessCalendar.objects.get()
    promise_in_force(draft_policy(strict, calendar, {"conditions": never, "targets": targets}))
    rule(1, [SAYS_VPN], {"do": "set_policy", "policy": strict.pk})
    ticket = opened()
    assert PolicyChoice.objects.get(ticket=ticket).policy == strict
    assert ticket.clocks.get(metric="resolution").policy_version.policy == strict
    assert RuleDecision.objects.filter(ticket=ticket, about="promise").exists()


def test_two_writers_do_not_overwrite_each_other(world, lead, manager):
    first = draft_rule(None, wording(1, [SAYS_VPN], team("network")), actor=lead)
    draft_rule(first.rule, wording(1, [SAYS_VPN], team("infrastructure")), actor=manager, seen=1)
    with pytest.raises(Conflict):
        draft_rule(first.rule, wording(1, [], team("network")), actor=lead, seen=1)


def test_who_may_write_and_who_may_turn_on(world, lead, manager, agent1):
    with pytest.raises(NotAllowed):
        draft_rule(None, wording(1, [SAYS_VPN], team("network")), actor=agent1)
    draft = draft_rule(None, wording(1, [SAYS_VPN], team("network")), actor=lead)
    with pytest.raises(NotAllowed):
        put_in_force([draft], actor=lead)
    put_in_force([draft], actor=manager)


def test_what_was_in_force_can_return(opened, world, manager):
    kept = rule(1, [SAYS_VPN], team("network"))
    other = draft_rule(kept, wording(1, [SAYS_VPN], team("infrastructure")), actor=manager)
    before = put_in_force([other], actor=manager)
    assert opened().team == world.infra
    restore(before, actor=manager)
    assert opened().team == world.network


def test_the_requester_reads_the_words_written_for_them_and_no_rule_s_name(opened, client, requester, world):
    told = {"en": "Network looks after the VPN.", "id": "Jaringan mengurus VPN."}
    rule(1, [SAYS_VPN], team("network"), told=told, stop=False)
    rule(2, [SAYS_VPN], {"do": "note", "text": "x"}, told={"en": "Not a word of this."})
    ticket = opened()
    client.force_login(requester)
    page = client.get(f"/my/tickets/{ticket.key}/promise/").content.decode()
    assert "Network looks after the VPN." in page
    assert "rule 1" not in page
    assert "Not a word" not in page


def test_tickets_that_do_not_suit_an_action_are_no_fault_of_the_rule(opened, world):
    """Five reports of a service without such a tier must not switch a rule off for everybody."""
    world.vpn.support_teams.filter(team=world.infra).delete()
    rule(1, [SAYS_VPN], {"do": "set_tier", "tier": 3})
    for _number in range(6):
        assert runs(opened())[0].state == "failed"
    assert Rule.objects.get().is_active


def test_what_is_gone_skips_a_rule_until_it_is_back(opened, world, lead):
    kept = rule(1, [SAYS_VPN], {"do": "assign", "person": lead.pk}, owner=lead)
    lead.is_active = False
    lead.save()
    opened()
    kept.refresh_from_db()
    assert kept.is_active
    assert kept.broken
    assert not runs(opened())
    lead.is_active = True
    lead.save()
    check_stored()
    kept.refresh_from_db()
    assert (kept.broken, len(runs(opened()))) == ("", 1)


def test_the_owner_is_told_once_whatever_language_reads_it(opened, world, lead):
    kept = rule(1, [SAYS_VPN], team("network"), owner=lead)
    world.network.slug = "renamed"
    world.network.save()
    for language in ("en", "id", "en"):
        with override(language):
            check_stored()
    kept.refresh_from_db()
    assert kept.broken
    assert lead.outbox_messages.filter(template="rule_broken").count() == 2


def test_a_draft_gives_nobody_power_over_a_rule_in_force(world, lead, manager):
    kept = rule(1, [SAYS_VPN], team("network"), owner=manager)
    said = wording(1, [SAYS_VPN], team("infrastructure"))
    draft_rule(kept, RuleWording(said.name, said.definition, "", lead), actor=lead)
    kept.refresh_from_db()
    assert kept.owner == manager
    with pytest.raises(NotAllowed):
        turn_off(kept, actor=lead)
