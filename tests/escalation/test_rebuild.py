"""The stored clocks are a cache: replaying every history gives the same rows, and mends broken ones."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from escalation.models import Clock
from escalation.rebuild import check, rebuild
from escalation.sweep import fire_due
from tests.cast import MONDAY
from tests.escalation.promises import everything_promised
from tickets import commands
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lived(opened, world, agent1, agent2, requester, manager):
    """A ticket that has been through nearly everything, under a policy with every kind of promise."""
    everything_promised()
    ticket = opened(impact=2, urgency=2, into=world.desk)
    commands.assign(ticket, actor=agent1, assignee=agent1, at=MONDAY + HOUR / 6)
    commands.reply(ticket, actor=agent1, body="looking", at=MONDAY + HOUR / 4)
    commands.prioritise(ticket, actor=agent1, priority=1, reason="boss", at=MONDAY + HOUR)
    commands.pend(ticket, actor=agent1, reason="vendor", at=MONDAY + 2 * HOUR)
    commands.resume(ticket, actor=agent1, at=MONDAY + 26 * HOUR)
    commands.transfer(ticket, actor=manager, team=world.network, at=MONDAY + 27 * HOUR)
    commands.prioritise(ticket, actor=agent2, priority=3, reason="calm", at=MONDAY + 28 * HOUR)
    commands.resolve(ticket, actor=agent2, resolution="done", at=MONDAY + 29 * HOUR)
    commands.reopen(ticket, actor=requester, reason="no", at=MONDAY + 50 * HOUR)
    commands.reply(ticket, actor=agent2, body="again", at=MONDAY + 51 * HOUR)
    return ticket


def differences(*tickets: Ticket) -> list[str]:
    return [str(found) for batch in check([ticket.pk for ticket in tickets]) for found in batch]


def test_what_is_stored_is_what_the_history_says(lived, opened):
    other = opened()
    assert differences(lived, other) == []
    assert set(lived.clocks.values_list("metric", flat=True)) == {"response", "update", "resolution", "ola", "vendor"}
    assert lived.clocks.filter(metric="ola").count() == 3


def test_it_is_still_so_after_milestones_have_fired(lived):
    fire_due()
    assert lived.events.filter(verb__in=("breach", "milestone")).exists()
    assert differences(lived) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("counted", 7),
        ("due_at", MONDAY),
        ("missed_at", MONDAY),
        ("next_at", None),
        ("target_seconds", 1),
        ("cycle", 9),
    ],
)
def test_a_row_that_went_wrong_is_found_and_mended(lived, field, value):
    Clock.objects.filter(ticket=lived, metric="resolution").update(**{field: value})
    assert any(f"{field} of clock ('resolution', 0)" in found for found in differences(lived))
    assert sum(len(batch) for batch in rebuild([lived.pk])) > 0
    assert differences(lived) == []


def test_missing_and_surplus_rows_are_found_and_mended(lived):
    lived.clocks.filter(metric="update").delete()
    surplus = lived.clocks.filter(metric="vendor").get()
    surplus.pk, surplus.life = None, 999
    surplus.save()
    found = differences(lived)
    assert [line for line in found if "missing" in line] and [line for line in found if "999" in line]
    list(rebuild([lived.pk]))
    assert differences(lived) == []


def test_a_deadline_on_the_ticket_that_went_wrong_is_found_and_mended(lived):
    Ticket.objects.filter(pk=lived.pk).update(next_due_at=MONDAY, breached_at=None)
    assert {line.split(": ")[1].split(" ")[0] for line in differences(lived)} <= {"next_due_at", "breached_at"}
    list(rebuild([lived.pk]))
    assert differences(lived) == []


def test_the_command_reports_and_ends_badly_only_when_checking(lived):
    out = StringIO()
    call_command("rebuild_clocks", "--check", stdout=out)
    assert "1 tickets replayed, 0 differences." in out.getvalue()
    lived.clocks.filter(metric="resolution").update(counted=1)
    with pytest.raises(CommandError, match="run rebuild_clocks"):
        call_command("rebuild_clocks", "--check", stdout=out)
    assert "counted of clock" in out.getvalue()
    call_command("rebuild_clocks", stdout=out)
    call_command("rebuild_clocks", "--check", stdout=out)
