#!/usr/bin/env python3
"""How fast working time is counted: needs neither server nor database.

    .venv/bin/python bench/business_time.py [--adds N]

Measures an office calendar of fifteen years: two shifts a day, eighteen holidays a year, some exceptions, with and
without a season a year. Prints a line per figure.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from escalation.business_time import add, between
from escalation.open_hours import open_spans
from escalation.working_calendar import Calendar

YEARS = range(2020, 2035)
TWO_SHIFTS = [(480, 720), (780, 1020)]
WEEK = [TWO_SHIFTS] * 5 + [[], []]
SHORT_WEEK = [[(480, 900)]] * 5 + [[], []]
YEAR_START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR_END = datetime(2027, 1, 1, tzinfo=UTC)
REPEATS = 20_000
BLOCKS = range(300, 340)
SEED = 20261116


def calendar(zone: str, *, seasons: bool = True) -> Calendar:
    """A calendar as large as an office keeps it, new each time: nothing of it is worked out yet."""
    pick = Random(SEED)  # noqa: S311 - a repeatable calendar, no secret
    holidays = [date(year, pick.randint(1, 12), pick.randint(1, 28)) for year in YEARS for _ in range(18)]
    own = {date(year, 12, 24): [(480, 720)] for year in YEARS}
    periods = [(date(year, 2, 8), date(year, 3, 9), SHORT_WEEK) for year in YEARS] if seasons else []
    built = Calendar.build(zone, WEEK, holidays, own, periods)
    return Calendar(built.time_zone, built.weekly, built.holidays, built.exceptions, built.seasons)


def seconds_for(action: Callable[[], object], times: int) -> float:
    """Seconds one call takes, over `times` calls."""
    begun = perf_counter()
    for _ in range(times):
        action()
    return (perf_counter() - begun) / times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adds", type=int, default=1_000_000)
    adds = parser.parse_args().adds
    for label, has_seasons in (("plain", False), ("with seasons", True)):
        office = calendar("Asia/Jakarta", seasons=has_seasons)
        between(office, YEAR_START, YEAR_END)
        year = seconds_for(partial(between, office, YEAR_START, YEAR_END), REPEATS)
        print(f"a year's difference, warm, {label}: {year * 1e6:.2f} µs")
    pick = Random(SEED)  # noqa: S311
    starts = [YEAR_START + timedelta(seconds=pick.randrange(300 * 86_400)) for _ in range(1000)]
    for start in starts:
        add(office, start, 40 * 3600)
    begun = perf_counter()
    for number in range(adds):
        add(office, starts[number % 1000], 60 + number % 144_000)
    print(f"{adds:,} additions of up to 40 hours: {perf_counter() - begun:.2f} s")
    for zone in ("Asia/Jakarta", "Europe/Berlin"):
        cold = calendar(zone)
        print(f"a cold block of 64 days, {zone}: {_cold_block(cold) * 1e6:.0f} µs")
    spans = seconds_for(lambda: open_spans(office, YEAR_START, YEAR_END), 200)
    print(f"a year's open spans, warm: {spans * 1e6:.0f} µs")


def _cold_block(cold: Calendar) -> float:
    begun = perf_counter()
    for number in BLOCKS:
        cold.block(number)
    return (perf_counter() - begun) / len(BLOCKS)


if __name__ == "__main__":
    main()
