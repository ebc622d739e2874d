"""Bring the database up to date and fill in the demonstration data: one Django start for all of it.

Prints to stdout, as JSON, what the supervisor must know: the demo logins and whether more data waits to be made.
"""

import argparse
import io
import json
import os
import sys

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk.embedded.progress import say, step


def main() -> int:
    """Migrate, seed, report. Exit code 2 with one sentence when the database is out of reach."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--only-if-empty", action="store_true", help="leave a database with people in it alone")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.local")
    django.setup()
    try:
        with step("Database") as line:
            line.result = _migrate()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        say(f"The database cannot be reached: {reason}")
        return 2
    report = {"logins": "", "more_demo": False}
    if not asked.no_demo:
        report = _demo(only_if_empty=asked.only_if_empty)
    # the demo brings rules of its own
    call_command("ready_rules", stdout=io.StringIO())
    print(json.dumps(report))
    return 0


def _migrate() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        return "up to date"
    call_command("migrate", interactive=False, verbosity=0)
    return f"{len(waiting)} migrations applied"


def _demo(*, only_if_empty: bool) -> dict[str, object]:
    commands = get_commands()
    if "seed_demo" not in commands:
        return {"logins": "", "more_demo": False}
    with step("Demo data") as line:
        if only_if_empty and get_user_model().objects.exists():
            line.result = "left out: this database already has people in it"
            return {"logins": "", "more_demo": False}
        call_command("seed_demo", "--first-slice", stdout=io.StringIO())
    logins = io.StringIO()
    if "demo_logins" in commands:
        call_command("demo_logins", stdout=logins)
    return {"logins": logins.getvalue(), "more_demo": True}


if __name__ == "__main__":
    sys.exit(main())
