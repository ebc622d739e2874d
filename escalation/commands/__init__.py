"""What can be done to a ticket between rungs. Every verb goes through `tickets.commands.change`."""

from escalation.commands.breach import pass_over, reach, skip
from escalation.commands.bugs import fix_bug, link_bug, tell_of_fix, unlink_bug
from escalation.commands.handover import Packet, accept, escalate, hand_back
from escalation.commands.vendor import chase, refer_to_vendor, take_back, vendor_answer
from escalation.commands.waiting import give_up, nudge, wake
from escalation.commands.wording import draft_calendar, draft_policy, put_in_force

__all__ = [
    "Packet",
    "accept",
    "chase",
    "draft_calendar",
    "draft_policy",
    "escalate",
    "fix_bug",
    "give_up",
    "hand_back",
    "link_bug",
    "nudge",
    "pass_over",
    "put_in_force",
    "reach",
    "refer_to_vendor",
    "skip",
    "take_back",
    "tell_of_fix",
    "unlink_bug",
    "vendor_answer",
    "wake",
]
