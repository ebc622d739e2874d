from __future__ import annotations

from core.steady import kept
from tickets.choices import Priority
from tickets.models import PriorityCell


@kept
def priority_for(impact: int, urgency: int) -> int:
    """Priority 1-4 from the matrix in the database; medium where the matrix has no cell."""
    found = PriorityCell.objects.filter(impact=impact, urgency=urgency).values_list("priority", flat=True).first()
    return found or Priority.MEDIUM
