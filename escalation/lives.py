"""All clocks of one ticket, replayed from its history. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from escalation.clock import OLA, SINGLE, VENDOR, Life, Promise, Step, advance, begin, begins

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised on a ticket: one version of a policy, counted in one version of a calendar.

    Attributes:
        single: the promises to the requester, by metric.
        ola: the promise between tiers, by level of the rung.
        vendor: the promise of the vendor, if there is one.
    """

    single: Mapping[str, Promise]
    ola: Mapping[int, Promise]
    vendor: Promise | None = None

    def promise(self, metric: str, tier: int | None = None) -> Promise | None:
        """The promise a clock of this kind measures; None when there is none."""
        if metric in SINGLE:
            return self.single.get(metric)
        return self.vendor if metric == VENDOR else self.ola.get(tier or 0)


def promise_begun(terms: Terms, metric: str, step: Step) -> Promise | None:
    """The promise whose clock begins to live with this step; a vendor's contract counts before the policy.

    Returns:
        None when no clock of this kind begins.
    """
    if not begins(metric, step):
        return None
    if metric == VENDOR and step.agreed is not None:
        return step.agreed.promise
    return terms.promise(metric, step.tier)


def key_of(metric: str, step: Step) -> int:
    """What tells clocks of one kind apart: the event by which the visit or the wait began."""
    return 0 if metric in SINGLE else step.event_id


def begun_by(terms: Terms, step: Step, since: datetime | None = None) -> list[Life]:
    """The clocks that begin to live with this step."""
    lives = []
    for metric in (*SINGLE, OLA, VENDOR):
        promise = promise_begun(terms, metric, step)
        if promise is not None:
            own = since if metric in SINGLE else None
            lives.append(Life(promise, key_of(metric, step), begin(promise, step, own)))
    return lives


def replay(terms: Terms, history: Sequence[Step], *, keep_trail: bool = False) -> dict[Key, Life]:
    """Every clock of a ticket from its whole history.

    Args:
        terms: what was promised.
        history: the steps, oldest first.
        keep_trail: whether each life remembers every step and the state after it, for explaining.
    """
    since = min((step.since for step in history if step.since), default=None)
    lives: dict[Key, Life] = {}
    for step in history:
        for key, life in lives.items():
            lives[key] = told(life, step, keep_trail=keep_trail)
        for life in begun_by(terms, step, since):
            trail = ((step, life.state),) if keep_trail else ()
            lives[life.promise.metric, life.key] = replace(life, trail=trail)
    return lives


def told(life: Life, step: Step, *, keep_trail: bool = False) -> Life:
    """The life after one more step."""
    state = advance(life.promise, life.state, step)
    trail = (*life.trail, (step, state)) if keep_trail else life.trail
    return replace(life, state=state, trail=trail)
