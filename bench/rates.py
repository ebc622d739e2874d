#!/usr/bin/env python3
"""How fast real data comes in: the import of ticket texts and the replay of an incident log, on throw-away servers.

    bin/with-servers .venv/bin/python bench/rates.py --tickets FILE [--rows N] --log FILE [--cases N]

Prints a line per run. Both go through the ticket commands with events, routing, clocks, visits and outbox on. The floor
printed beside them is one durable insert of one row per transaction on the same server.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
FLOOR_ROWS = 2_000


def manage(*arguments: str) -> tuple[float, str]:
    """Run manage.py; return the seconds it took and its last line."""
    begun = time.monotonic()
    command = [sys.executable, "manage.py", *arguments]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return time.monotonic() - begun, output.strip().splitlines()[-1] if output.strip() else ""


def floor() -> float:
    """Durable single-row transactions a second."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor (id bigserial PRIMARY KEY, body text)")
        connection.commit()
        begun = time.monotonic()
        for number in range(FLOOR_ROWS):
            cursor.execute("INSERT INTO bench_floor (body) VALUES (%s)", (f"row {number}",))
            connection.commit()
        seconds = time.monotonic() - begun
        cursor.execute("DROP TABLE bench_floor")
        connection.commit()
    connection.close()
    return FLOOR_ROWS / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", help="CSV with Document, Topic_group")
    parser.add_argument("--rows", default="5000")
    parser.add_argument("--log", help="BPI 2013 incident log")
    parser.add_argument("--cases", default="1000")
    asked = parser.parse_args()
    manage("migrate", "-v", "0")
    tier = "Tier.objects.get(level=1)"
    team = f"from accounts.models import Team, Tier; Team.objects.create(slug='bench', name='Bench', tier={tier})"
    manage("shell", "-v", "0", "-c", team)
    print(f"floor: {floor():,.0f} durable one-row transactions a second")
    if asked.tickets:
        seconds, line = manage("import_tickets", asked.tickets, "--limit", asked.rows)
        print(f"import: {int(asked.rows) / seconds:,.0f} tickets a second over {seconds:.0f} s ({line})")
    if asked.log:
        seconds, line = manage("replay_log", asked.log, "--limit", asked.cases)
        print(f"replay: {int(asked.cases) / seconds:,.1f} cases a second over {seconds:.0f} s ({line})")


if __name__ == "__main__":
    main()
