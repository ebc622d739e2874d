"""What can be done to a ticket between rungs. Every verb goes through `tickets.commands.change`."""

from escalation.commands.breach import pass_over, reach, skip
from escalation.commands.handover import accept, escalate, hand_back, remind
from escalation.commands.holding import hold, unhold
from escalation.commands.packet import Packet
from escalation.commands.summoning import acknowledge, climb, summon
from escalation.commands.waiting import give_up, nudge, wake
from escalation.commands.wording import draft_calendar, draft_policy, put_in_force

__all__ = [
    "Packet",
    "accept",
    "acknowledge",
    "climb",
    "draft_calendar",
    "draft_policy",
    "escalate",
    "give_up",
    "hand_back",
    "hold",
    "nudge",
    "pass_over",
    "put_in_force",
    "reach",
    "remind",
    "skip",
    "summon",
    "unhold",
    "wake",
]
