from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, Tier, User
from tickets.models.ticket import Ticket
from tickets.querysets import HelperQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable


class Helper(models.Model):
    """Somebody asked to help on a ticket that stays its owner's: a person, or a team or tier of which anyone may join.

    Whoever joins through a team or tier has a row of their own, `via` the one that asked. As long as a row is open,
    those it asks see the ticket as staff, also where its team is restricted.
    """

    class Why(models.TextChoices):
        DONE = "done", _("Done")
        REMOVED = "removed", _("Taken away")
        ENDED = "ended", _("The ticket ended")
        OWNS = "owns", _("Became the owner")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="helpers", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="helping", db_index=False
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    via = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="joined", db_index=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    invited_at = models.DateTimeField()
    asked = models.CharField(_("what is asked"), max_length=500)
    joined_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(_("minutes"), default=0)
    left_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_why = models.CharField(max_length=8, choices=Why.choices, blank=True)

    objects = HelperQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("ticket", "id"), name="helper_of_ticket"),
            # what is open: who sees a ticket by it, and "you were asked to help": a handful
            models.Index(fields=("person",), name="helper_asked", condition=Q(ended_at=None)),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=False, team=None, tier=None)
                | Q(person=None, team__isnull=False, tier=None)
                | Q(person=None, team=None, tier__isnull=False),
                name="one_is_asked",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(joined_at=None, minutes=0, via=None), name="only_people_help"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="an_ended_invitation_says_why",
            ),
            models.UniqueConstraint(
                fields=("ticket", "person", "team", "tier"),
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="one_open_invitation_each",
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} on {self.ticket_id}"

    @property
    def label(self) -> str:
        """Who is asked."""
        return str(self.person or self.team or self.tier)

    def asks(self, user: User) -> bool:
        """Whether this row, while it is open, asks this person: by name, or as one of the team or tier."""
        if self.ended_at is not None:
            return False
        mine = user.hats.my_teams
        return (
            self.person_id == user.pk
            or any(team.pk == self.team_id for team in mine)
            or any(team.tier_id == self.tier_id for team in mine)
        )


def own_row(helpers: Iterable[Helper], user: User, *, is_open: bool = True) -> Helper | None:
    """This person's own latest row, by name.

    Args:
        helpers: rows of one ticket, oldest first.
        is_open: only one that has not ended.
    """
    own = [row for row in helpers if row.person_id == user.pk and not (is_open and row.ended_at)]
    return own[-1] if own else None
