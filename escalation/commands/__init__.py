"""What can be done to a ticket between rungs. Every verb goes through `tickets.commands.change`."""

from escalation.commands.breach import breach
from escalation.commands.handover import Packet, accept, escalate, hand_back

__all__ = ["Packet", "accept", "breach", "escalate", "hand_back"]
