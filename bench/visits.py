"""Whether the ledger of a replayed incident log is the log's own, case by case.

bin/with-servers sh -c 'python manage.py migrate && python manage.py replay_log FILE && python -m bench.visits FILE'
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
from collections import defaultdict
from collections.abc import Container, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg2

Visit = tuple[str, datetime, datetime | None]
LEDGER = """
SELECT substr(ticket.external_ref, 5), team.name, visit.entered_at, visit.left_at, tier.level
FROM escalation_tiervisit AS visit
JOIN tickets_ticket AS ticket ON ticket.id = visit.ticket_id
JOIN accounts_team AS team ON team.id = visit.team_id
JOIN accounts_tier AS tier ON tier.id = visit.tier_id
WHERE ticket.external_ref LIKE 'log-%' ORDER BY visit.ticket_id, visit.id
"""
ENDS = ("Resolved", "In Call", "Closed", "Cancelled")


def told_by(path: Path, names: Container[str] | None = None) -> Iterator[tuple[str, list[Visit]]]:
    """The visits of each case as (group, entered, left): an account of its own, straight from the file."""
    cases: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if names is None or row["case:concept:name"] in names:
                cases[row["case:concept:name"]].append(row)
    for name, rows in cases.items():
        rows.sort(key=lambda row: int(row["seq"]))
        yield name, list(_visits(rows))


def _visits(rows: list[dict[str, str]]) -> Iterator[Visit]:
    group, entered, over = "", datetime.min.replace(tzinfo=UTC), True
    for row in rows:
        at = datetime.fromisoformat(row["time:timestamp"]).astimezone(UTC)
        ends, moves = row["lifecycle:transition"] in ENDS, row["org:group"] != group
        if over and ends and not moves:
            continue
        if moves and not over:
            yield group, entered, at
        if moves or over:
            group, entered = row["org:group"], at
        if ends:
            yield group, entered, at
        over = ends
    if not over:
        yield group, entered, None


def main() -> None:
    """Compare the whole log; print what differs and how many cases never left the first line."""
    stored: dict[str, list[Visit]] = defaultdict(list)
    highest: dict[str, int] = defaultdict(int)
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(LEDGER)
        for name, team, entered, left, level in cursor:
            stored[name].append((team, entered, left))
            highest[name] = max(highest[name], level)
    told = dict(told_by(Path(sys.argv[1])))
    different = [name for name in told if told[name] != stored[name]]
    print(
        f"{len(told):,} cases, {sum(map(len, told.values())):,} visits, {len(different)} cases differ {different[:5]}"
    )
    print(f"{sum(highest[name] == 1 for name in told):,} cases never left the first line")
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
