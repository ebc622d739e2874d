"""What a dashboard is about: who looks, at which days, at which team. Every number starts from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from core.errors import NotVisible
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

PERIODS = (7, 30, 90)
USUAL_PERIOD = 30


@dataclass(frozen=True, slots=True)
class Scope:
    """One reader's view of a period.

    Attributes:
        now: the instant the page is drawn for; the period ends here.
        days: length of the period in calendar days of the reader's time zone, today included.
        team: only tickets this team has now (and stays with this team); None for all the reader may see.
    """

    user: User
    now: datetime
    days: int = USUAL_PERIOD
    team: Team | None = None

    @classmethod
    def read(cls, user: User, parameters: Mapping[str, str], now: datetime) -> Scope:
        """The scope the address asks for. An unknown period is the usual one.

        Raises:
            NotVisible: the reader leads no team, or may not see the team asked for.
        """
        if not user.hats.is_lead:
            raise NotVisible()
        days = parameters.get("days", "")
        slug = parameters.get("team", "")
        team = next((team for team in user.hats.visible_teams if team.slug == slug), None)
        if slug and team is None:
            raise NotVisible()
        return cls(user, now, next((period for period in PERIODS if str(period) == days), USUAL_PERIOD), team)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def start(self) -> datetime:
        """Midnight at the start of the period's first day, where the reader is."""
        return midnight(self.today - timedelta(days=self.days - 1))

    @property
    def before(self) -> datetime:
        """Where the period of the same length before this one starts; what figures are compared with."""
        return midnight(self.today - timedelta(days=2 * self.days - 1))

    def tickets(self) -> TicketQuerySet:
        """The tickets everything is counted from: visible to the reader, and with the team if one is chosen."""
        tickets = Ticket.objects.visible_to(self.user)
        return tickets.of_team(self.team.pk) if self.team else tickets

    def parameters(self, **changes: Any) -> dict[str, Any]:
        """What the address carries, with changes; a change to "" or None leaves a parameter out."""
        own = {"days": self.days, "team": self.team.slug if self.team else None}
        return {name: value for name, value in {**own, **changes}.items() if value not in ("", None)}

    def page(self, **changes: Any) -> str:
        """The address of the dashboard itself."""
        return f"{reverse('dashboard')}?{urlencode(self.parameters(**changes))}"

    def link(self, figure: str, **narrowing: Any) -> str:
        """The address of the list behind a figure; see `dashboards.figures`."""
        return f"{reverse('dashboard_tickets')}?{urlencode({'figure': figure, **self.parameters(**narrowing)})}"


def midnight(day: date) -> datetime:
    """The start of a day where the reader is."""
    return timezone.make_aware(datetime.combine(day, time.min))
