"""Sets of tickets with a name. `visible_to` is the only door for lists, details, counts, exports and the API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left

from tickets.choices import LIVE, Status

if TYPE_CHECKING:
    from accounts.models import User
    from tickets.models import Helper, Message, Ticket, TicketEvent  # noqa: F401  named in strings


LONG = ("description", "resolution")
# characters of a report that a wide row has room for
BEGINNING = 120
OF_A_PERSON = ("name", "email")
OF_A_ROW = (
    "kind", "subject", "language", "status", "pending_reason", "priority", "reopen_count", "return_count", "tags",
    "next_due_at", "opened_at", "updated_at", "requester_acted_at", "staff_acted_at", "team", "tier", "service",
)  # fmt: skip


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> Self:
        """Tickets this person may know about: all for an overseer; for an agent those of every team that is not
        restricted to others, those no team has yet, and those they are asked to help on; for everybody their own and
        the ones they follow.
        """
        hats = user.hats
        if hats.is_overseer:
            return self
        watched = self.model._meta.get_field("watchers").related_model._default_manager  # type: ignore[union-attr]
        mine = Q(requester_id=user.pk) | Exists(watched.filter(ticket_id=OuterRef("pk"), user_id=user.pk))
        return self.filter(mine | self._from_inside(user) if hats.is_agent else mine)

    def staffed_by(self, user: User) -> Self:
        """Those of `visible_to` that this person sees from the inside."""
        hats = user.hats
        if hats.is_overseer:
            return self
        if not hats.is_agent:
            return self.none()
        return self.filter(self._from_inside(user))

    def _from_inside(self, user: User) -> Q:
        """What an agent sees as staff."""
        seen = Q(team_id__in=[team.pk for team in user.hats.visible_teams]) | Q(team_id__isnull=True)
        if len(user.hats.visible_teams) == len(user.hats.teams):
            return seen  # nothing is hidden that an invitation could open
        helpers: Any = self.model._meta.get_field("helpers").related_model._default_manager  # type: ignore[union-attr]
        asked = Exists(helpers.filter(ticket_id=OuterRef("pk")).asking(user))
        return seen | Q(asked)

    def live(self) -> Self:
        """Not yet resolved, closed or cancelled."""
        return self.filter(status__in=LIVE)

    def of_team(self, team_id: int) -> Self:
        return self.filter(team_id=team_id)

    def assigned_to(self, user: User) -> Self:
        return self.filter(assignee_id=user.pk)

    def unassigned(self) -> Self:
        return self.filter(assignee_id__isnull=True)

    def not_snoozed(self, user: User, now: datetime) -> Self:
        """Without those this person put aside and that have not come back yet."""
        snoozes: Any = self.model._meta.get_field("snoozes").related_model._default_manager  # type: ignore[union-attr]
        asleep = snoozes.filter(ticket_id=OuterRef("pk"), user_id=user.pk, woken_at=None, until__gt=now)
        return self.exclude(Exists(asleep))

    def late(self, now: datetime) -> Self:
        """Live, and the next promise lies in the past."""
        return self.live().filter(next_due_at__lt=now)

    def due_between(self, start: datetime, end: datetime) -> Self:
        return self.live().filter(next_due_at__gte=start, next_due_at__lt=end)

    def silent_until(self, now: datetime) -> Self:
        """Resolved tickets whose set days of silence are over."""
        return self.filter(status=Status.RESOLVED, auto_close_at__lte=now)

    def for_rows(self) -> Self:
        """What one row of a list shows, and nothing heavier (the description stays in the database)."""
        return self.select_related("requester", "assignee", "team__tier", "tier", "service").defer(*LONG)

    def for_carried_rows(self) -> Self:
        """What `tickets.rows` draws and `tickets.paging` sorts by; `carried` brings team, tier and service."""
        people = (f"{person}__{name}" for person in ("requester", "assignee") for name in OF_A_PERSON)
        rows = self.select_related("requester", "assignee").only(*OF_A_ROW, *people)
        links: Any = self.model._meta.get_field("linked_from").related_model._default_manager  # type: ignore[union-attr]
        children = links.filter(target_id=OuterRef("pk"), kind="child_of")
        return rows.annotate(beginning=Left("description", BEGINNING), is_parent=Exists(children))


class HelperQuerySet(models.QuerySet["Helper"]):
    def open(self) -> Self:
        """Not yet ended."""
        return self.filter(ended_at__isnull=True)

    def asking(self, user: User) -> Self:
        """The open ones that ask this person, by name or as one of a team or tier."""
        mine = user.hats.my_teams
        asked = Q(person_id=user.pk)
        if mine:
            asked |= Q(team_id__in=[team.pk for team in mine]) | Q(tier_id__in={team.tier_id for team in mine})
        return self.open().filter(asked)


class ConversationQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User, ticket: Ticket) -> Self:
        """Everything for those who see the ticket as staff; what was written to the requester for everybody else."""
        messages = self.filter(ticket_id=ticket.pk)
        return messages if ticket.staffed_by(user) else messages.filter(is_public=True)


class EventQuerySet(models.QuerySet["TicketEvent"]):
    def visible_to(self, user: User, ticket: Ticket) -> Self:
        """Everything for staff; the steps meant for the requester for everybody else."""
        events = self.filter(ticket_id=ticket.pk)
        return events if ticket.staffed_by(user) else events.filter(is_public=True)
