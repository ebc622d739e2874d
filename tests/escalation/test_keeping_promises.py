"""What keeping promises refuses, and what twice is once."""

import pytest
from django.utils import timezone

from core.errors import Invalid
from escalation.commands import draft_calendar, draft_policy, put_in_force
from escalation.commands.keeping import delete_policy
from escalation.commands.promises import restore
from escalation.models import BusinessCalendar, SlaPolicy
from escalation.requester_promise import promise_of

pytestmark = pytest.mark.django_db
EVERY_DAY = [[[0, 1440]]] * 7


def wording(**changes):
    return {**SlaPolicy.objects.get(is_default=True).current.definition, **changes}


def test_a_policy_that_has_been_in_force_is_turned_off_and_not_deleted(manager):
    calendar = BusinessCalendar.objects.get()
    policy = SlaPolicy.objects.create(name="Once", position=1)
    draft = draft_policy(policy, calendar, wording())
    put_in_force(draft)
    with pytest.raises(Invalid, match="has been in force"):
        delete_policy(policy, actor=manager)
    never = SlaPolicy.objects.create(name="Never", position=2)
    draft_policy(never, calendar, wording())
    delete_policy(never, actor=manager)
    assert set(SlaPolicy.objects.values_list("name", flat=True)) == {"Once", "Standard promise"}


def test_going_back_twice_is_going_back_once(manager):
    calendar = BusinessCalendar.objects.get()
    first = calendar.current
    put_in_force(draft_calendar(calendar, {**first.definition, "weekly": EVERY_DAY}))
    once, again = restore(first, actor=manager), restore(first, actor=manager)
    assert once == again
    assert calendar.versions.count() == 3


def test_one_does_not_go_back_to_what_is_in_force(manager):
    with pytest.raises(Invalid, match="in force already"):
        restore(BusinessCalendar.objects.get().current, actor=manager)


@pytest.mark.parametrize("url", ["http://example.com/x", "https://me:word@example.com/", "https://example.com:99999/"])
def test_an_address_that_would_not_be_called_is_refused_when_it_is_written(url):
    step = {"metric": "resolution", "percent": 50, "actions": [{"do": "webhook", "url": url}]}
    policy = SlaPolicy.objects.get(is_default=True)
    with pytest.raises(Invalid) as refused:
        draft_policy(policy, BusinessCalendar.objects.get(), wording(steps=[step]))
    assert list(refused.value.fields) == ["steps.0.actions.0.url"]


def test_the_requester_reads_the_hours_of_the_season(opened):
    calendar, today = BusinessCalendar.objects.get(), timezone.now().date()
    season = {
        "name": "Fasting",
        "name_id": "Puasa",
        "from": today.replace(month=1, day=1).isoformat(),
        "until": today.replace(month=12, day=31).isoformat(),
        "weekly": [[[600, 840]]] * 7,
    }
    put_in_force(draft_calendar(calendar, {**calendar.current.definition, "seasons": [season]}))
    promise = promise_of(opened(), timezone.now())
    assert len(promise.hours) == 1 and "10" in promise.hours[0]
