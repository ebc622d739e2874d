"""Everything that can be done to a ticket, one function a verb. Pages, API, mail, rules and imports all call these."""

from tickets.commands._attempt import attempt
from tickets.commands._change import (
    Change,
    change,
    held,
    is_last_of_its_ticket,
    is_quiet,
    part_of,
    quietly,
    set_facts,
    unit_of_work,
)
from tickets.commands._once import SentAlready
from tickets.commands._say import say
from tickets.commands._together import held_with_home
from tickets.commands.checklists import apply_checklist, drop_checklist, tick_step, untick_step
from tickets.commands.children import resolve_with_children, tell_children
from tickets.commands.conversation import note, reply
from tickets.commands.departing import drop_replies, put_back_reply, send_later, take_back_reply, throw_away_reply
from tickets.commands.ending import cancel, close, rate, reopen, resolve
from tickets.commands.facts import set_facts_of_many
from tickets.commands.following import add_follower, unwatch
from tickets.commands.helping import help_done, invite, join, log_help, uninvite
from tickets.commands.linking import link, open_child, unlink
from tickets.commands.merging import merge, unmerge
from tickets.commands.opening import open
from tickets.commands.people import assign, release, transfer, watch
from tickets.commands.snoozing import snooze, unsnooze
from tickets.commands.splitting import split
from tickets.commands.tagging import tag
from tickets.commands.tasks import complete_task, plan_task, reopen_task
from tickets.commands.timing import correct_time, drop_time, log_time, restore_time
from tickets.commands.triage import categorise, prioritise
from tickets.commands.waiting import pend, resume

__all__ = [
    "Change",
    "SentAlready",
    "add_follower",
    "apply_checklist",
    "assign",
    "attempt",
    "cancel",
    "categorise",
    "change",
    "close",
    "complete_task",
    "correct_time",
    "drop_checklist",
    "drop_replies",
    "drop_time",
    "held",
    "held_with_home",
    "help_done",
    "invite",
    "is_last_of_its_ticket",
    "is_quiet",
    "join",
    "link",
    "log_help",
    "log_time",
    "merge",
    "note",
    "open",
    "open_child",
    "part_of",
    "pend",
    "plan_task",
    "prioritise",
    "put_back_reply",
    "quietly",
    "rate",
    "release",
    "reopen",
    "reopen_task",
    "reply",
    "resolve",
    "resolve_with_children",
    "restore_time",
    "resume",
    "say",
    "send_later",
    "set_facts",
    "set_facts_of_many",
    "snooze",
    "split",
    "tag",
    "take_back_reply",
    "tell_children",
    "throw_away_reply",
    "tick_step",
    "transfer",
    "uninvite",
    "unit_of_work",
    "unlink",
    "unmerge",
    "unsnooze",
    "untick_step",
    "unwatch",
    "watch",
]
