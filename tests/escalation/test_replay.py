"""A log replayed: its visits are the log's, at the log's own times."""

import csv
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from escalation.models import TierVisit
from escalation.replay import COLUMNS, line_of
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

LOG = [  # group, sub-status, hour
    ("G1", "In Progress", 8),
    ("G1", "Wait - User", 9),
    ("V5 2nd", "Awaiting Assignment", 10),
    ("V5 2nd", "In Progress", 11),
    ("G1", "In Progress", 12),
    ("V7 3rd", "In Progress", 13),
    ("V7 3rd", "Resolved", 14),
    ("V7 3rd", "Closed", 15),
]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*COLUMNS, "org:resource"))
        for number, (group, state, hour) in enumerate(LOG):
            at = f"2012-05-0{2 + hour // 24}T{hour:02}:00:00+02:00"
            writer.writerow(("1-1", group, state, at, number, "Medium", "PROD1", "Siebel"))
    return path


def replay(path: Path) -> str:
    out = StringIO()
    call_command("replay_log", str(path), stdout=out)
    return out.getvalue()


def test_visits_are_the_logs_own(log):
    assert "1 cases replayed" in replay(log)
    visits = list(TierVisit.objects.select_related("team", "tier"))
    assert [(visit.team.name, visit.tier.level) for visit in visits] == [
        ("G1", 1),
        ("V5 2nd", 2),
        ("G1", 1),
        ("V7 3rd", 3),
    ]
    assert [visit.entered_at.hour for visit in visits] == [6, 8, 10, 11]
    assert visits[-1].left_at == datetime(2012, 5, 2, 12, tzinfo=UTC)
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.closed_at) == ("closed", datetime(2012, 5, 2, 13, tzinfo=UTC))
    assert ticket.return_count == 1


def test_a_second_run_replays_nothing_and_nobody_is_told(log):
    replay(log)
    assert "0 cases replayed, 1 were there already" in replay(log)
    assert not Ticket.objects.get().requester.outbox_messages.exists()


@pytest.mark.parametrize(("group", "line"), [("G230 2nd", 2), ("V5 3rd", 3), ("V30", 1), ("W1 2nd 3rd", 2)])
def test_a_groups_name_carries_its_line(group, line):
    assert line_of(group) == line


def test_another_file_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="lacks the column"):
        replay(path)
