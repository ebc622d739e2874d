"""What a version would change, and putting it in force, as people see and do it."""

from datetime import timedelta

import pytest
from django.utils import timezone as django_time

from escalation import recount as recounts
from escalation.commands import put_in_force
from escalation.models import Recount
from tests.cast import MONDAY
from tests.escalation.pages import (
    hours,
    impossible,
    looked,
    work_off,
)

pytestmark = pytest.mark.django_db
ROUND_THE_CLOCK = [[[0, 1440]]] * 7


def test_a_running_count_is_asked_for_every_second_and_then_the_page_comes_anew(keeper, office, opened):
    opened()
    recount = recounts.ask(hours(office), "preview", actor=None)
    page = keeper.get(f"/desk/promises/recounts/{recount.pk}/").content.decode()
    assert 'hx-trigger="every 1s"' in page and "<progress" in page and "Cancel" in page
    progress = f"/desk/promises/recounts/{recount.pk}/progress/"
    assert "HX-Refresh" not in keeper.get(progress).headers
    work_off()
    assert keeper.get(progress).headers["HX-Refresh"] == "true"


def test_a_look_can_be_cancelled(keeper, office):
    recount = recounts.ask(hours(office), "preview", actor=None)
    keeper.post(f"/desk/promises/recounts/{recount.pk}/cancel/")
    page = keeper.get(f"/desk/promises/recounts/{recount.pk}/").content.decode()
    assert "This look was cancelled" in page and "put-in-force" not in page


def test_what_flips_is_listed(keeper, standard, opened):
    ticket = opened(impact=1, urgency=2, at=django_time.now() - timedelta(days=30), subject="Forklift scanner")
    recount = looked(impossible(standard))
    page = keeper.get(f"/desk/promises/recounts/{recount.pk}/").content.decode()
    for words in ("2 would be on time again", "Would be on time again", ticket.key, "Forklift scanner", "Solution, P1"):
        assert words in page, words


def test_a_ticket_one_may_not_see_is_only_counted(agent1, client, standard, opened, world):
    opened(at=django_time.now() - timedelta(days=30), subject="Salaries", into=world.hr)
    seen = opened(at=django_time.now() - timedelta(days=30), subject="Forklift scanner")
    recount = looked(impossible(standard))
    client.force_login(agent1)
    page = client.get(f"/desk/promises/recounts/{recount.pk}/").content.decode()
    assert seen.key in page and "Salaries" not in page
    assert "not yours to see" in page


def test_the_page_costs_the_same_however_many_flip(keeper, standard, opened, django_assert_max_num_queries):
    for _n in range(12):
        opened(at=django_time.now() - timedelta(days=30))
    recount = looked(impossible(standard))
    keeper.get(f"/desk/promises/recounts/{recount.pk}/")
    with django_assert_max_num_queries(20):
        keeper.get(f"/desk/promises/recounts/{recount.pk}/")


def test_put_in_force_moves_deadlines_and_asking_twice_is_asking_once(keeper, office, opened, manager):
    ticket = opened(impact=1, urgency=2, at=MONDAY + timedelta(hours=7))
    recount = looked(hours(office, weekly=ROUND_THE_CLOCK))
    before = ticket.clocks.get(metric="resolution").due_at
    answers = [keeper.post(f"/desk/promises/recounts/{recount.pk}/put-in-force/") for _click in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Recount.objects.filter(kind="apply").count() == 1
    work_off()
    assert ticket.clocks.get(metric="resolution").due_at < before
    page = keeper.get(answers[0].headers["Location"]).content.decode()
    assert "Put in force by Maya" in page and "deadline" in page
    assert "It was put in force" in keeper.get(f"/desk/promises/recounts/{recount.pk}/").content.decode()


def test_what_was_not_counted_to_the_end_is_not_put_in_force(keeper, office):
    recount = recounts.ask(hours(office), "preview", actor=None)
    keeper.post(f"/desk/promises/recounts/{recount.pk}/put-in-force/")
    office.refresh_from_db()
    assert office.current.number == 1


def test_an_older_draft_does_not_overtake_a_newer_one(keeper, office):
    recount = looked(hours(office, weekly=ROUND_THE_CLOCK))
    put_in_force(hours(office))
    answer = keeper.post(f"/desk/promises/recounts/{recount.pk}/put-in-force/")
    assert answer.status_code == 409 and "A newer version is in force already" in answer.content.decode()
    assert f'action="/desk/promises/recounts/{recount.pk}/put-in-force/"' not in answer.content.decode()


def test_an_older_version_comes_back_as_the_newest(keeper, office):
    put_in_force(hours(office, weekly=ROUND_THE_CLOCK))
    assert "Go back to this version" in keeper.get(f"/desk/promises/calendars/{office.pk}/versions/1/").content.decode()
    keeper.post(f"/desk/promises/calendars/{office.pk}/versions/1/restore/")
    first, newest = office.versions.get(number=1), office.versions.first()
    assert (newest.number, newest.definition, newest.note) == (3, first.definition, "Version 1 again")
    assert Recount.objects.get().version == newest


def test_counting_again_is_a_new_look(keeper, office):
    recount = looked(hours(office))
    answers = [keeper.post(f"/desk/promises/recounts/{recount.pk}/again/") for _click in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"] and Recount.objects.count() == 2
