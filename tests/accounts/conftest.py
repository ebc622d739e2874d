"""A small roster to look at: a week in November, shifts and turns of the service desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import Membership, Rota, RotaTurn, User, WeeklyShift
from tests.cast import person

MONDAY = date(2026, 11, 16)


@pytest.fixture
def desk(world: SimpleNamespace, agent1: User, lead: User) -> SimpleNamespace:
    """The service desk with arif, laras (lead) and dewi, in a rota of a week each, arif on shift on weekdays."""
    dewi = person("dewi")
    Membership.objects.create(user=dewi, team=world.desk)
    rota = Rota.objects.create(team=world.desk, days=7, first_day=MONDAY, hand_over=time(8))
    for place, one in enumerate((agent1, dewi, lead)):
        RotaTurn.objects.create(rota=rota, person=one, position=place)
    WeeklyShift.objects.create(
        team=world.desk, person=agent1, weekdays=[0, 1, 2, 3, 4], start=time(8), end=time(17), valid_from=MONDAY
    )
    return SimpleNamespace(team=world.desk, arif=agent1, laras=lead, dewi=dewi, rota=rota)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set what the database's clock says to the roster."""

    def set_to(now: datetime) -> None:
        for module in (
            "roster_swaps",
            "roster_changes",
            "rota_changes",
            "views.roster",
            "views.roster_editors",
            "views.feeds",
            "roster_feed",
        ):
            monkeypatch.setattr(f"accounts.{module}.database_now", lambda: now)
        monkeypatch.setattr(timezone, "now", lambda: now)

    return set_to
