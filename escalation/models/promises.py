from __future__ import annotations

from django.db import models

from escalation.models.policies import SlaPolicy
from tickets.models import Ticket


class PolicyChoice(models.Model):
    """A policy that a rule chose for a ticket; it holds as long as the policy is on and promises something."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="policy_choice")
    policy = models.ForeignKey(SlaPolicy, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.policy} on {self.ticket_id}"
