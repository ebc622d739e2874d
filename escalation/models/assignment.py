from __future__ import annotations

from django.db import models

from accounts.models import Team


class AssignmentTurn(models.Model):
    """Whose turn it is in a team. Its row is what those wait for who assign in the same team at the same time.

    One row a team and not one a person, so that a single lock makes the order of a team's turns certain.
    """

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True, related_name="turn")
    # how many turns there were; the number of the next one is one more
    count = models.PositiveBigIntegerField(default=0)
    # person's number, as text: number of their last turn
    last = models.JSONField(default=dict)
    last_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.team_id}: {self.count}"

    def of(self, person_id: int) -> int:
        """The number of this person's last turn; 0 when they had none."""
        return int(self.last.get(str(person_id), 0))
