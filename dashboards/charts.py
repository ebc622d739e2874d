"""Geometry of the charts: pure, in the units of each chart's viewBox. Templates draw it; a strict policy allows no
inline styles, so colour comes from classes and every length is an attribute. Lengths are text with a decimal point:
a template would print them with the reader's decimal comma.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH = 640
LEFT = 40
LINE_RIGHT = 566
LINE_TOP, LINE_BOTTOM = 14, 178
LINE_STEPS = (0.01, 0.02, 0.05, 0.10, 0.20, 0.25)
MOST_GRID_LINES = 5
BARS_TOP, BARS_BOTTOM = 14, 168
FLOW_TOP, FLOW_HEIGHT, FLOW_BAR = 36, 140, 14
FLOW_LEFT, FLOW_STEP, FLOW_FALL = 16, 220, 46


@dataclass(frozen=True, slots=True)
class GridLine:
    y: str
    text_y: str
    value: float


@dataclass(frozen=True, slots=True)
class Point:
    x: str
    y: str
    is_below: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line with gaps where nothing was measured. `parts` and `areas` are point lists, one per unbroken stretch."""

    grid: list[GridLine]
    parts: list[str]
    areas: list[str]
    points: list[Point | None]
    xs: list[str]
    target_y: str
    target_text_y: str


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Two bars a step, side by side, on one scale."""

    grid: list[GridLine]
    pairs: list[tuple[Bar, Bar]]
    middles: list[str]


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar 100 units long."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Column:
    """One tier in the flow: its bar, the band of what was solved there, the band that goes on to the next (`leaving`:
    out of the picture, where the next tier is not shown) and the way back.
    """

    bar: Bar
    label_y: str
    solved: str
    solved_x: str
    solved_y: str
    passed: str
    leaving: str
    leaving_y: str
    returned: str
    arrow: str
    returned_x: str


def line(shares: Sequence[float | None], target: float) -> Line:
    """A line of shares (0 to 1) with the target across it; the scale starts below whichever is lower."""
    known = [share for share in shares if share is not None]
    lowest = min([*known, target])
    step = next((s for s in LINE_STEPS if (1 - lowest) / s <= MOST_GRID_LINES - 1), LINE_STEPS[-1])
    floor = max(0.0, 1 - step * max(2, -(-round((1 - lowest) * 10_000) // round(step * 10_000))))
    xs = [LEFT + (LINE_RIGHT - LEFT) * number / max(1, len(shares) - 1) for number in range(len(shares))]

    def y(share: float) -> float:
        return LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * (share - floor) / (1 - floor)

    last = max((number for number, share in enumerate(shares) if share is not None), default=-1)
    points = [
        None if share is None else Point(text(x), text(y(share)), share < target, number == last)
        for number, (x, share) in enumerate(zip(xs, shares, strict=True))
    ]
    stretches = _stretches(points)
    count = round((1 - floor) / step)
    return Line(
        grid=[_grid(y(floor + step * number), floor + step * number) for number in range(count + 1)],
        parts=[" ".join(f"{point.x},{point.y}" for point in part) for part in stretches],
        areas=[
            " ".join([f"{part[0].x},{LINE_BOTTOM}", *(f"{p.x},{p.y}" for p in part), f"{part[-1].x},{LINE_BOTTOM}"])
            for part in stretches
        ],
        points=points,
        xs=[text(x) for x in xs],
        target_y=text(y(target)),
        target_text_y=text(y(target) + 4),
    )


def bars(pairs: Sequence[tuple[int, int]]) -> Bars:
    """Pairs of counts as bars; the scale ends at a round number above the largest."""
    top = _round_up(max((max(pair) for pair in pairs), default=0))
    slot = (WIDTH - LEFT) / max(1, len(pairs))
    thick = min(12.0, slot * 0.38)

    def bar(x: float, count: int) -> Bar:
        height = (BARS_BOTTOM - BARS_TOP) * count / top
        return Bar(text(x), text(BARS_BOTTOM - height), text(thick), text(height))

    drawn, middles = [], []
    for number, (first, second) in enumerate(pairs):
        middle = LEFT + slot * (number + 0.5)
        drawn.append((bar(middle - thick, first), bar(middle, second)))
        middles.append(text(middle))
    scale = [top * quarter / 4 for quarter in range(0, 5, 2 if top < 4 else 1)]
    grid = [_grid(BARS_BOTTOM - (BARS_BOTTOM - BARS_TOP) * value / top, value) for value in scale]
    return Bars(grid, drawn, middles)


def segments(counts: Sequence[int], longest: int) -> list[Segment]:
    """Counts laid end to end on a bar of 100 units, where `longest` would fill it."""
    found, at = [], 0.0
    for count in counts:
        width = 100 * count / longest if longest else 0.0
        found.append(Segment(text(at), text(max(0.0, width - 0.4) if width else 0.0)))
        at += width
    return found


def columns(tiers: Sequence[tuple[int, int, int, int]]) -> list[Column]:
    """The flow from left to right. Each tier is (entered, solved, passed up, handed back); heights share one scale."""
    found = []
    tops = [FLOW_TOP + number * FLOW_FALL for number in range(len(tiers))]
    room = FLOW_TOP + FLOW_HEIGHT
    scale = min(((room - top) / tier[0] for tier, top in zip(tiers, tops, strict=True) if tier[0]), default=0.0)
    heights = [max(6.0, tier[0] * scale) for tier in tiers]
    for number, (entered, solved, up, returned) in enumerate(tiers):
        x, top, height = FLOW_LEFT + number * FLOW_STEP, tops[number], heights[number]
        solved_height = height * min(1.0, solved / entered) if entered else 0.0
        up_height = height * min(1.0, up / entered) if entered else 0.0
        low = top + height - up_height
        follows = number + 1 < len(tiers)
        found.append(
            Column(
                bar=Bar(text(x), text(top), text(FLOW_BAR), text(height)),
                label_y=text(top - 12),
                solved=_band(x + FLOW_BAR, top, solved_height, x + FLOW_BAR + 110, top, solved_height)
                if solved
                else "",
                solved_x=text(x + FLOW_BAR + 14),
                solved_y=text(top + solved_height / 2 + 4),
                passed=_passed(x, low, up_height, tops[number + 1], heights[number + 1]) if follows and up else "",
                leaving=_straight(x, low, up_height) if up and not follows else "",
                leaving_y=text(low + up_height / 2 + 4),
                returned=_returned(x, top + height, tops[number - 1] + heights[number - 1])
                if number and returned
                else "",
                arrow=_arrow(x - FLOW_STEP, tops[number - 1] + heights[number - 1]) if number and returned else "",
                returned_x=text(x - FLOW_STEP / 2 + FLOW_BAR / 2),
            )
        )
    return found


def _passed(x: float, top: float, height: float, next_top: float, next_height: float) -> str:
    start, end = x + FLOW_BAR, x + FLOW_STEP
    return _band(start, top, height, end, next_top, min(next_height, max(2.0, height)))


def _straight(x: float, top: float, height: float) -> str:
    return _band(x + FLOW_BAR, top, height, x + FLOW_BAR + 110, top, height)


def _band(x1: float, y1: float, h1: float, x2: float, y2: float, h2: float) -> str:
    middle = text((x1 + x2) / 2)
    left, right = text(x1), text(x2)
    there = f"C{middle},{text(y1)} {middle},{text(y2)} {right},{text(y2)}"
    back = f"C{middle},{text(y2 + h2)} {middle},{text(y1 + h1)} {left},{text(y1 + h1)}"
    return f"M{left},{text(y1)} {there} L{right},{text(y2 + h2)} {back} Z"


def _returned(x: float, bottom: float, earlier_bottom: float) -> str:
    """A dashed way back, below the bars."""
    start, end = x + 3, x - FLOW_STEP + FLOW_BAR / 2
    low = FLOW_TOP + FLOW_HEIGHT + 44
    bend = f"{text(start)},{low} {text(end + 34)},{low}"
    return f"M{text(start)},{text(bottom + 6)} C{bend} {text(end)},{text(earlier_bottom + 15)}"


def _arrow(x: float, bottom: float) -> str:
    middle = x + FLOW_BAR / 2
    return f"M{text(middle - 6)},{text(bottom + 15)} l6,-9 l6,9 z"


def _stretches(points: Sequence[Point | None]) -> list[list[Point]]:
    found: list[list[Point]] = []
    for before, point in pairwise([None, *points]):
        if point is not None:
            if before is None:
                found.append([])
            found[-1].append(point)
    return found


def _grid(y: float, value: float) -> GridLine:
    return GridLine(text(y), text(y + 4), value)


def _round_up(count: int) -> int:
    """The next of 2, 4, 8, 12, 20, 40, 80, 120 …: divisible by the four lines of the grid, but for the smallest."""
    if count <= 2:
        return 2
    size = 1
    while True:
        for lead in (4, 8, 12, 20):
            if count <= lead * size:
                return lead * size
        size *= 10


def text(length: float) -> str:
    return f"{length:.1f}"
