"""Facts taken from the test suites of eight other libraries, kept beside the project and not copied into it."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from escalation import business_time
from escalation.business_time import Calendar

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "business_time_vectors.json"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# Where libraries contradict each other a convention decides: vector id -> our answer
# (docs/decisions/0002-business-time-conventions.md).
DECIDED = {
    123: 90_000,  # durations are elapsed time: the day on which clocks go back has 25 hours
    25: "2014-04-09",  # the first working day after a day off is day one ...
    29: "2014-04-08",  # ... in both directions
}


def load():
    return json.loads(VECTORS.read_text())["vectors"] if VECTORS.exists() else []


def minutes(clock):
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def intervals(pairs):
    return [(minutes(opens), minutes(closes)) for opens, closes in pairs]


def calendar_of(data):
    return Calendar.build(
        data["tz"],
        [intervals(data["hours"].get(day, [])) for day in DAYS],
        [date.fromisoformat(day) for day in data["holidays"]],
        {date.fromisoformat(day): intervals(pairs) for day, pairs in data.get("special_days", {}).items()},
    )


def answer(vector):
    calendar, op = calendar_of(vector["calendar"]), vector["op"]
    pauses = [tuple(map(datetime.fromisoformat, pair)) for pair in vector.get("pauses", [])]
    if op == "working_days_between":
        start, end = (date.fromisoformat(vector[name]) for name in ("start", "end"))
        return business_time.working_days_between(calendar, start, end)
    if op == "add_days" and len(vector["start"]) == 10:
        return business_time.working_day(calendar, date.fromisoformat(vector["start"]), vector["days"])
    start = datetime.fromisoformat(vector.get("start") or vector["at"])
    if op in ("add", "subtract"):
        return getattr(business_time, op)(calendar, start, vector["duration_s"])
    if op == "add_days":
        return business_time.add_days(calendar, start, vector["days"])
    if op == "add_with_pauses":
        return business_time.add_with_pauses(calendar, start, vector["duration_s"], pauses)
    if op == "between":
        return business_time.between(calendar, start, datetime.fromisoformat(vector["end"]))
    if op == "between_with_pauses":
        return business_time.between_with_pauses(calendar, start, datetime.fromisoformat(vector["end"]), pauses)
    name = "previous_open" if op == "prev_open_moment" else op
    return getattr(business_time, name)(calendar, start)


def read(expected):
    if not isinstance(expected, str):
        return expected
    return date.fromisoformat(expected) if len(expected) == 10 else datetime.fromisoformat(expected)


def test_the_vectors_are_here():
    if not VECTORS.exists():
        reason = f"{VECTORS} is not there: the facts of other libraries were not checked"
        print(reason)
        pytest.skip(reason)
    assert len(load()) == 182


@pytest.mark.parametrize("vector", load(), ids=lambda vector: f"{vector['id']}-{vector['op']}")
def test_other_libraries_agree(vector):
    ours = answer(vector)
    if vector["id"] in DECIDED:
        assert ours == read(DECIDED[vector["id"]])
        assert ours != read(vector["expected"]), "no longer a difference: take it out of DECIDED"
    else:
        assert ours == read(vector["expected"])
