from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.choices import Impact, Priority, Urgency


class PriorityCell(models.Model):
    """One cell of the impact x urgency matrix."""

    impact = models.PositiveSmallIntegerField(_("impact"), choices=Impact.choices)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency.choices)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices)

    class Meta:
        ordering = ("impact", "urgency")
        constraints = (
            models.UniqueConstraint(fields=("impact", "urgency"), name="one_priority_per_impact_and_urgency"),
        )

    def __str__(self) -> str:
        return f"{self.impact} x {self.urgency} = P{self.priority}"
