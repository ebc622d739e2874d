"""Filing a file: broken rows are named, good ones filed once."""

import csv
import gzip
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from tickets import importing
from tickets.importing import Tally
from tickets.intake_file import rows_of
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

CUT = gzip.compress(b"Document,Topic_group\nx,y\n" * 99, mtime=0)[:40]
GOOD = [("the printer on floor two does not print", "Hardware"), ("my password is forgotten", "Access")]


def write(path: Path, rows: list[tuple[str, ...]], header: tuple[str, ...] = ("Document", "Topic_group")) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_tickets", str(path), *options, stdout=out)
    return out.getvalue()


def test_rows_become_routed_tickets_with_clocks(world, tmp_path):
    output = run(write(tmp_path / "a.csv", GOOD))
    assert "2 tickets filed" in output
    ticket = Ticket.objects.get(subject__startswith="the printer")
    assert (ticket.team, ticket.category.name, ticket.channel) == (world.desk, "Hardware", "import")
    assert ticket.next_due_at is not None


def test_a_second_run_files_nothing(world, tmp_path):
    path = write(tmp_path / "a.csv", GOOD)
    run(path)
    assert "0 tickets filed, 2 were there already" in run(path)
    assert Ticket.objects.count() == 2


def test_broken_rows_are_named_with_their_reason_and_hold_nothing_up(world, tmp_path):
    rows = [("", "Hardware"), ("no class", ""), ("only one",), ("x", "y", "z"), ("long " * 30_000, "Hardware"), *GOOD]
    refused = tmp_path / "refused.csv"
    output = run(write(tmp_path / "a.csv", rows), "--refused", str(refused))
    assert "2 tickets filed, 0 were there already, 5 rows refused" in output
    reasons = dict(csv.reader(refused.open()))
    assert [reasons[str(number)] for number in (1, 2, 3, 4)] == [
        "no text",
        "no class",
        "too few columns",
        "too many columns",
    ]
    assert "characters long" in reasons["5"]


def test_parts_share_a_file_between_processes(world, tmp_path):
    path = write(tmp_path / "a.csv", [(f"text {n}", "Access") for n in range(7)])
    run(path, "--part", "1/2")
    run(path, "--part", "2/2")
    assert Ticket.objects.count() == 7


def test_parts_add_up(world, tmp_path):
    path = write(tmp_path / "a.csv", [("", "Access"), ("one", "Access"), ("", "Access"), ("two", "Access")])
    tally = tmp_path / "tally.json"
    assert run(path, "--part", "1/2", "--tally", str(tally)) == ""
    first = Tally(**json.loads(tally.read_text()))
    assert (first.filed, first.known, len(first.refused)) == (0, 0, 2)
    first.add(Tally(filed=2, known=1, refused=[(9, "no text")]))
    assert (first.filed, first.known, [number for number, _reason in first.refused]) == (2, 1, [1, 3, 9])


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/", "-1/2"])
def test_a_part_that_is_none_is_refused(tmp_path, text):
    with pytest.raises(CommandError, match="is not a part like 1/2"):
        run(write(tmp_path / "a.csv", GOOD), f"--part={text}")


def test_acknowledged_rows_stand_in_the_ledger(world, tmp_path):
    ledger = tmp_path / "ledger"
    run(write(tmp_path / "a.csv", GOOD), "--ledger", str(ledger))
    assert set(ledger.read_text().split()) == set(Ticket.objects.values_list("external_ref", flat=True))


def test_no_mail_means_none(world, tmp_path):
    run(write(tmp_path / "a.csv", GOOD), "--no-mail")
    assert not Ticket.objects.first().requester.outbox_messages.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("none.csv", None),
        ("columns.csv", b"a,b\n1,2\n"),
        ("cut.csv.gz", CUT),
    ],
    ids=["missing", "columns", "cut"],
)
def test_an_unusable_file_is_one_sentence(tmp_path, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=name):
        run(path)


def test_a_file_in_another_encoding_is_read_as_well_as_it_can_be(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes(b"Document,Topic_group\ncaf\xe9 wifi down,Access\n")
    (row,) = rows_of(path)
    assert row.text.endswith("wifi down")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_category_made_in_a_batch_that_was_lost_is_there_for_its_repetition(world, tmp_path, monkeypatch):
    plainly, tries = importing._file, []

    def lost_once(*given: object) -> None:
        tries.append(given)
        plainly(*given)
        if len(tries) == 1:
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(importing, "_file", lost_once)
    monkeypatch.setattr(importing, "PAUSE_SECONDS", 0)
    output = run(write(tmp_path / "a.csv", GOOD[:1]))
    assert len(tries) == 2
    assert "1 ticket" in output
    assert Ticket.objects.get(external_ref__isnull=False).category.name == "Hardware"
