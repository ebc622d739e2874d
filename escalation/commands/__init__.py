"""What can be done to a ticket between rungs. Every verb goes through `tickets.commands.change`."""

from escalation.commands.assigning import assign_by, take_next
from escalation.commands.breach import pass_over, reach, skip
from escalation.commands.bugs import fix_bug, link_bug, tell_of_fix, unlink_bug
from escalation.commands.handover import accept, escalate, hand_back, remind
from escalation.commands.holding import hold, unhold
from escalation.commands.major import Declaration, dismiss, promote, propose
from escalation.commands.major_correction import Correction, correct
from escalation.commands.major_review import finish_review, save_review
from escalation.commands.major_roles import name_for_role, note_down, set_cadence
from escalation.commands.major_tickets import attach, detach, fold, resolve_together
from escalation.commands.major_updates import send_update, stand_down
from escalation.commands.packet import Packet
from escalation.commands.summoning import acknowledge, climb, summon
from escalation.commands.vendor import chase, refer_to_vendor, take_back, vendor_answer
from escalation.commands.waiting import give_up, nudge, wake
from escalation.commands.wording import draft_calendar, draft_policy, put_in_force

__all__ = [
    "Correction",
    "Declaration",
    "Packet",
    "accept",
    "acknowledge",
    "assign_by",
    "attach",
    "chase",
    "climb",
    "correct",
    "detach",
    "dismiss",
    "draft_calendar",
    "draft_policy",
    "escalate",
    "finish_review",
    "fix_bug",
    "fold",
    "give_up",
    "hand_back",
    "hold",
    "link_bug",
    "name_for_role",
    "note_down",
    "nudge",
    "pass_over",
    "promote",
    "propose",
    "put_in_force",
    "reach",
    "refer_to_vendor",
    "remind",
    "resolve_together",
    "save_review",
    "send_update",
    "set_cadence",
    "skip",
    "stand_down",
    "summon",
    "take_back",
    "take_next",
    "tell_of_fix",
    "unhold",
    "unlink_bug",
    "vendor_answer",
    "wake",
]
