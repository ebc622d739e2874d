"""Another version of a calendar or policy: first what would flip, then counted for good."""

from datetime import datetime, timedelta

import pytest
from django.db.models import F
from django.utils import timezone as django_time

from core.errors import Conflict, Invalid
from escalation import recount as recounts
from escalation.commands import draft_calendar, draft_policy, put_in_force
from escalation.models import BusinessCalendar, Clock, Recount, SlaPolicy
from escalation.rebuild import check
from escalation.sweep import fire_due
from tests.cast import MONDAY
from tests.escalation.promises import minutes
from tickets import commands
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
ROUND_THE_CLOCK = [[[0, 1440]]] * 7


def ask(version, kind="preview") -> Recount:
    recount = recounts.ask(version, kind, actor=None)
    while recounts.work_off(1):
        pass
    recount.refresh_from_db()
    assert recount.state == "done"
    return recount


def calendar_version(**changes):
    calendar = BusinessCalendar.objects.get()
    return draft_calendar(calendar, {**calendar.current.definition, **changes})


def policy_version(**targets):
    policy = SlaPolicy.objects.get(is_default=True)
    definition = {**policy.current.definition, "targets": {**policy.current.definition["targets"], **targets}}
    return draft_policy(policy, BusinessCalendar.objects.get(), definition)


def counted(ticket: Ticket) -> tuple[datetime | None, ...]:
    ticket.refresh_from_db()
    clocks = ticket.clocks.order_by("metric").values_list("due_at", "calendar_version", "policy_version", "next_at")
    return (ticket.next_due_at, *clocks)


def test_a_look_says_what_would_flip_and_changes_nothing(opened):
    ticket = opened(impact=1, urgency=2, at=django_time.now() - timedelta(minutes=10))
    before = counted(ticket)
    never_open_now = [[[0, 1]]] * 7
    recount = ask(calendar_version(weekly=never_open_now))
    assert (recount.total, recount.done, recount.moved) == (1, 1, 2)
    assert counted(ticket) == before


def test_putting_in_force_moves_every_deadline_and_the_clocks_stay_true(opened, agent1):
    evening = MONDAY + timedelta(hours=7)
    ticket, waiting = opened(impact=1, urgency=2, at=evening), opened(impact=1, urgency=2, at=evening)
    commands.pend(waiting, actor=agent1, reason="vendor", at=ticket.opened_at + timedelta(minutes=30))
    recount = ask(calendar_version(weekly=ROUND_THE_CLOCK), "apply")
    assert recount.moved == 1  # the reply is due before the day ends, and who waits has no deadline
    ticket.refresh_from_db()
    assert ticket.resolution_due_at == ticket.opened_at + timedelta(hours=8)
    assert not [found for batch in check([ticket.pk, waiting.pk]) for found in batch]
    later = opened(impact=1, urgency=2)
    assert later.clocks.first().calendar_version.number == recount.version.number


def test_finished_tickets_and_replies_keep_what_they_were_measured_by(opened, agent1):
    ended, replied = opened(impact=1, urgency=2), opened(impact=1, urgency=2)
    commands.reply(replied, actor=agent1, body="hello", at=replied.opened_at + timedelta(minutes=5))
    commands.resolve(ended, actor=agent1, resolution="done", at=ended.opened_at + timedelta(minutes=9))
    before = counted(ended), replied.clocks.get(metric="response").calendar_version
    ask(calendar_version(weekly=ROUND_THE_CLOCK), "apply")
    assert (counted(ended), replied.clocks.get(metric="response").calendar_version) == before
    assert replied.clocks.get(metric="resolution").calendar_version != before[1]
    assert not [found for batch in check([ended.pk, replied.pk]) for found in batch]


def test_late_and_back(opened):
    long_ago = django_time.now() - timedelta(days=30)
    ticket = opened(impact=1, urgency=2, at=long_ago)
    easier = policy_version(resolution=minutes(*[366 * 24 * 60] * 4))
    recount = ask(easier)
    assert (recount.to_late, recount.to_on_time) == (0, 1)
    assert recount.flips[0]["ticket"] == ticket.pk and not recount.flips[0]["late"]
    ask(easier, "apply")
    harder = policy_version(resolution=minutes(240, 480, 1440, 2700))
    recount = ask(harder)
    assert (recount.to_late, recount.to_on_time) == (1, 0)


def test_a_policy_for_other_tickets_takes_over_those_it_is_for(opened, agent1):
    office = BusinessCalendar.objects.get()
    standard = SlaPolicy.objects.get()
    ticket, other = opened(impact=1, urgency=2), opened(impact=4, urgency=3)
    strict = SlaPolicy.objects.create(name="Strict", position=1)
    definition = {
        **standard.current.definition,
        "conditions": {"all": [{"field": "priority", "op": "at_least", "value": 2}]},
    }
    version = draft_policy(strict, office, definition)
    assert ask(version).total == 2
    ask(version, "apply")
    policies = {pk: Ticket.objects.get(pk=pk).clocks.first().policy_version.policy for pk in (ticket.pk, other.pk)}
    assert policies == {ticket.pk: strict, other.pk: standard}
    assert not [found for batch in check([ticket.pk, other.pk]) for found in batch]


def test_an_older_version_does_not_overtake_a_newer_one():
    older, newer = calendar_version(weekly=ROUND_THE_CLOCK), calendar_version()
    put_in_force(newer)
    with pytest.raises(Conflict):
        recounts.ask(older, "apply", actor=None)


def test_a_look_can_be_cancelled_and_what_is_in_force_cannot(opened):
    opened()
    look = recounts.ask(calendar_version(), "preview", actor=None)
    recounts.cancel(look)
    applied = recounts.ask(calendar_version(), "apply", actor=None)
    recounts.cancel(applied)
    while recounts.work_off(1):
        pass
    look.refresh_from_db()
    applied.refresh_from_db()
    assert (look.state, look.done, applied.state) == ("cancelled", 0, "done")


def test_a_worker_that_died_half_way_is_followed_by_one_that_goes_on(opened, monkeypatch):
    tickets = [opened(impact=1, urgency=2) for _n in range(5)]
    monkeypatch.setattr(recounts, "BATCH", 2)
    recount = recounts.ask(calendar_version(weekly=ROUND_THE_CLOCK), "apply", actor=None)
    assert recounts._one_batch()
    recount.refresh_from_db()
    assert (recount.state, recount.done) == ("running", 2)
    while recounts.work_off(1):
        pass
    recount.refresh_from_db()
    assert (recount.state, recount.done) == ("done", 5)
    assert not [found for batch in check([ticket.pk for ticket in tickets]) for found in batch]


def test_the_cost_of_a_batch_does_not_grow_with_its_tickets(opened, django_assert_max_num_queries):
    for _n in range(12):
        opened(impact=1, urgency=2)
    recounts.ask(calendar_version(weekly=ROUND_THE_CLOCK), "apply", actor=None)
    with django_assert_max_num_queries(22):
        assert recounts._one_batch()


def test_a_promise_that_other_versions_made_whole_is_missed_again_when_it_runs_out_again(opened):
    ticket = opened(impact=1, urgency=2, at=django_time.now() - timedelta(days=30))
    fire_due()
    assert ticket.events.filter(verb="breach", data__metric="resolution").count() == 1
    ask(policy_version(resolution=minutes(*[366 * 24 * 60] * 4)), "apply")
    clock = ticket.clocks.get(metric="resolution")
    assert (clock.missed_at, clock.fired, clock.next_step) == (None, [], "breach")
    ask(policy_version(resolution=minutes(240, 480, 1440, 2700)), "apply")
    Clock.objects.filter(pk=clock.pk).update(next_at=F("next_at") + timedelta(seconds=1))
    fire_due()
    assert ticket.events.filter(verb="breach", data__metric="resolution").count() == 2


def test_a_milestone_already_reached_does_not_fire_again_under_other_versions(opened):
    ticket = opened(impact=1, urgency=2, at=django_time.now() - timedelta(days=30))
    fire_due()
    ask(policy_version(resolution=minutes(240, 470, 1440, 2700)), "apply")
    assert fire_due() == 0
    assert ticket.events.filter(verb="breach", data__metric="resolution").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"conditions": {"all": [{"field": "moon", "op": "is", "value": 1}]}}, "conditions"),
        ({"steps": [{"metric": "response", "percent": 50, "only_if": {"nonsense": 1}}]}, "steps.0.only_if"),
        ({"targets": {}}, "targets"),
    ],
)
def test_a_wording_that_makes_no_sense_is_not_even_drafted(db, changes, field):
    policy = SlaPolicy.objects.get(is_default=True)
    with pytest.raises(Invalid) as refused:
        draft_policy(policy, BusinessCalendar.objects.get(), {**policy.current.definition, **changes})
    assert list(refused.value.fields) == [field]
    assert policy.versions.count() == 1
