"""S18, S22 One row that cannot be worked on stops no other, and nothing is tried in a circle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.models import User
from core.errors import Invalid
from core.time import database_now
from escalation import sweep
from escalation.models import Clock, Milestone
from tickets import commands, silence
from tickets.models import Ticket, TicketEvent
from tickets.tasks import close_after_silence


@pytest.mark.parametrize("error", [Invalid("no"), ValueError("nobody foresaw this")], ids=["refused", "unforeseen"])
def test_a_promise_that_cannot_fire_holds_up_no_other(
    error: Exception, world: SimpleNamespace, opened: Callable[..., Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [opened(into=world.infra) for _n in range(3)]
    past = database_now() - timedelta(minutes=5)
    Clock.objects.update(due_at=past, next_at=past, next_step="breach")
    plainly = sweep.reach

    def reach(ticket: Ticket, **rest: object) -> Ticket:
        if ticket.pk == tickets[0].pk:
            raise error
        return plainly(ticket, **rest)

    monkeypatch.setattr(sweep, "reach", reach)
    sweep.fire_due()
    late = set(TicketEvent.objects.filter(verb="breach").values_list("ticket_id", flat=True))
    assert late == {tickets[1].pk, tickets[2].pk}
    assert tickets[0].clocks.filter(next_at__gt=past, next_step="breach").count() == 2
    assert not Milestone.objects.filter(clock__ticket=tickets[0]).exists()


def test_tickets_that_cannot_close_are_left_for_the_next_round(
    world: SimpleNamespace, agent1: User, opened: Callable[..., Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _n in range(3):
        commands.resolve(opened(into=world.desk), actor=agent1, resolution="done")
    Ticket.objects.update(auto_close_at=database_now() - timedelta(days=1))

    def close(ticket: Ticket, **_rest: object) -> None:
        raise Invalid("no")

    monkeypatch.setattr(silence, "close", close)
    monkeypatch.setattr("tickets.tasks.BATCH", 2)
    close_after_silence()
    assert Ticket.objects.filter(status="resolved").count() == 3
