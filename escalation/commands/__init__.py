"""What can be done to a ticket between rungs. Every verb goes through `tickets.commands.change`."""

from escalation.commands.breach import breach
from escalation.commands.handover import Packet, accept, escalate, hand_back
from escalation.commands.waiting import give_up, nudge, wake

__all__ = ["Packet", "accept", "breach", "escalate", "give_up", "hand_back", "nudge", "wake"]
