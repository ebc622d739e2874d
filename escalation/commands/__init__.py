"""What can be done to a ticket between rungs. Every verb goes through `tickets.commands.change`."""

from escalation.commands.breach import pass_over, reach, skip
from escalation.commands.bugs import fix_bug, link_bug, tell_of_fix, unlink_bug
from escalation.commands.handover import accept, escalate, hand_back, remind
from escalation.commands.holding import hold, unhold
from escalation.commands.packet import Packet
from escalation.commands.summoning import acknowledge, climb, summon
from escalation.commands.vendor import chase, refer_to_vendor, take_back, vendor_answer
from escalation.commands.waiting import give_up, nudge, wake
from escalation.commands.wording import draft_calendar, draft_policy, put_in_force

__all__ = [
    "Packet",
    "accept",
    "acknowledge",
    "chase",
    "climb",
    "draft_calendar",
    "draft_policy",
    "escalate",
    "fix_bug",
    "give_up",
    "hand_back",
    "hold",
    "link_bug",
    "nudge",
    "pass_over",
    "put_in_force",
    "reach",
    "refer_to_vendor",
    "remind",
    "skip",
    "summon",
    "take_back",
    "tell_of_fix",
    "unhold",
    "unlink_bug",
    "vendor_answer",
    "wake",
]
