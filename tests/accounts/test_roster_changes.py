"""Changing the plan: what is past stays, what is sent twice is kept once, and nobody undoes another's change unseen."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts import roster
from accounts import roster_changes as changes
from accounts.forms.roster import MomentField
from accounts.models import Absence, FeedToken, OnCallOverride, Rota, SingleShift, User, WantedCover, WeeklyShift
from accounts.rota import duties, unheld
from accounts.rota_changes import keep_rota, remove_rota, rotas_of
from core.errors import Conflict, Invalid, NotVisible
from tests.accounts.plans import ANI, BUDI, CITRA, at, plan, rota

NOW = at("2026-11-18 10:00")  # a Wednesday
NEXT_MONTH = date(2026, 12, 10)


@pytest.fixture(autouse=True)
def wednesday(clock):
    clock(NOW)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def kept(desk, *people: User, first_day: date = NEXT_MONTH, **changed: object) -> Rota:
    about = {"days": 7, "hand_over": time(8), "version": 1, **changed}
    return keep_rota(desk.team, actor=desk.laras, people=people, first_day=first_day, **about)


def on_call(desk, text: str) -> User | None:
    return roster.on_call(desk.team.pk, at(text))


def test_a_rota_holds_until_the_next_one_begins():
    both = plan(rota(ANI, BUDI), rota(CITRA, first=date(2026, 11, 25)))
    found = [
        (duty.person, duty.start, duty.end) for duty in duties(both, at("2026-11-16 08:00"), at("2026-12-01 00:00"))
    ]
    assert found == [
        (ANI, at("2026-11-16 08:00"), at("2026-11-23 08:00")),
        (BUDI, at("2026-11-23 08:00"), at("2026-11-25 08:00")),
        (CITRA, at("2026-11-25 08:00"), at("2026-12-02 08:00")),
    ]
    assert not unheld(both, at("2026-11-16 08:00"), at("2026-12-01 00:00"))


def test_nobody_in_the_standing_rota_is_a_gap_until_the_next_one_begins():
    both = plan(rota(), rota(CITRA, first=date(2026, 11, 25)))
    assert [span for _team, span in unheld(both, at("2026-11-10 00:00"), at("2026-12-01 00:00"))] == [
        (at("2026-11-16 08:00"), at("2026-11-25 08:00"))
    ]


def test_a_future_rota_leaves_tonight_and_the_past_alone(desk):
    kept(desk, desk.dewi)
    assert on_call(desk, "2026-11-16 09:00") == on_call(desk, "2026-11-18 22:00") == desk.arif
    assert on_call(desk, "2026-12-10 07:59") == desk.arif  # the fourth turn of the rota that stands
    assert on_call(desk, "2026-12-10 08:00") == on_call(desk, "2026-12-30 08:00") == desk.dewi


def test_a_rota_whose_first_day_is_past_counts_from_now(desk):
    kept(desk, desk.dewi, first_day=date(2026, 11, 2))
    assert on_call(desk, "2026-11-18 09:59") == desk.arif
    assert on_call(desk, "2026-11-18 10:00") == desk.dewi


def test_a_planned_rota_is_replaced_and_taken_away_without_the_standing_one(desk):
    kept(desk, desk.dewi)
    kept(desk, desk.laras, version=2)
    assert Rota.objects.count() == 2 and on_call(desk, "2026-12-30 08:00") == desk.laras
    remove_rota(desk.team, actor=desk.laras)
    assert rotas_of(desk.team, NOW).latest == desk.rota
    remove_rota(desk.team, actor=desk.laras)
    assert on_call(desk, "2026-11-18 09:59") == desk.arif and on_call(desk, "2026-11-18 10:00") is None
    WeeklyShift.objects.all().delete()
    assert not roster.on_now([desk.team.pk], NOW + timedelta(days=80))[desk.team.pk].is_planned
    with pytest.raises(NotVisible):
        remove_rota(desk.team, actor=desk.laras)


def test_the_same_rota_again_changes_nothing(desk):
    people = desk.arif, desk.dewi, desk.laras
    assert kept(desk, *people, first_day=desk.rota.first_day) == desk.rota
    with pytest.raises(Conflict):
        kept(desk, *people, version=0)


def test_the_plan_shows_the_standing_and_the_planned_rota(desk):
    kept(desk, desk.dewi)
    page = signed_in(desk.laras).get(f"/desk/roster/{desk.team.slug}/plan/").content.decode()
    assert "Planned after it" in page and "10 Dec 2026" in page and "16 Nov 2026" in page


def test_a_weekly_shift_that_has_begun_is_changed_from_today(desk):
    row = WeeklyShift.objects.select_related("team").get()
    row.person, row.start = desk.dewi, time(12)
    changes.keep_weekly_shift(row, actor=desk.laras)
    assert roster.on_shift(desk.team.pk, at("2026-11-17 13:00")) == [desk.arif]
    assert roster.on_shift(desk.team.pk, at("2026-11-18 13:00")) == [desk.dewi]
    past, now = WeeklyShift.objects.order_by("valid_from")
    assert (past.valid_until, now.valid_from, now.pk) == (date(2026, 11, 17), date(2026, 11, 18), row.pk)


def test_a_change_with_a_later_first_day_keeps_the_shift_until_then(desk):
    row = WeeklyShift.objects.select_related("team").get()
    row.person, row.valid_from = desk.dewi, date(2026, 11, 25)
    changes.keep_weekly_shift(row, actor=desk.laras)
    assert roster.on_shift(desk.team.pk, at("2026-11-24 13:00")) == [desk.arif]
    assert roster.on_shift(desk.team.pk, at("2026-11-25 13:00")) == [desk.dewi]


def test_a_last_day_is_given_in_place_and_not_in_the_past(desk):
    row = WeeklyShift.objects.select_related("team").get()
    row.valid_until = date(2026, 11, 17)
    changes.keep_weekly_shift(row, actor=desk.laras)
    assert WeeklyShift.objects.count() == 1
    row.valid_until = date(2026, 11, 16)
    with pytest.raises(Invalid, match="Past shifts"):
        changes.keep_weekly_shift(row, actor=desk.laras)


FORMS = {
    "weekly": {"weekdays": ["5"], "start": "20:00", "end": "23:00", "valid_from": "2026-12-01"},
    "single": {"start": "2026-11-20T10:00", "end": "2026-11-20T12:00"},
    "override": {"start": "2026-11-20T10:00", "end": "2026-11-20T12:00"},
    "absence": {"start": "2026-11-20T10:00", "end": "2026-11-20T12:00", "kind": "leave"},
    "cover": {"weekdays": ["5"], "start": "20:00", "end": "23:00", "people": "1"},
}
MODELS = {
    "weekly": WeeklyShift, "single": SingleShift, "override": OnCallOverride, "absence": Absence, "cover": WantedCover,
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMS)
def test_what_is_sent_twice_is_kept_once_and_a_stale_save_keeps_what_was_typed(kind, desk):
    client, base = signed_in(desk.laras), f"/desk/roster/{desk.team.slug}/{kind}/"
    form = {"person": desk.dewi.pk, **FORMS[kind]}
    before = MODELS[kind].objects.count()
    for _time in range(2):
        assert client.post(f"{base}new/", form).status_code == 302
    assert MODELS[kind].objects.count() == before + 1
    row = MODELS[kind].objects.latest("pk")
    first = {**form, "end": form["end"].replace("12:", "13:").replace("23:", "22:")}
    assert client.post(f"{base}{row.pk}/", {**first, "version": 1}).status_code == 302
    typed = {**form, "end": form["end"].replace("12:", "14:").replace("23:", "21:")}
    stale = client.post(f"{base}{row.pk}/", {**typed, "version": 1})
    page = stale.content.decode()
    assert stale.status_code == 409 and "meanwhile" in page and typed["end"] in page
    assert 'name="version" value="2"' in page
    assert client.post(f"{base}{row.pk}/", {**typed, "version": 2}).status_code == 302


def test_two_overrides_do_not_overlap(desk):
    client, base = signed_in(desk.laras), f"/desk/roster/{desk.team.slug}/override/"
    client.post(f"{base}new/", {"person": desk.dewi.pk, **FORMS["override"]})
    answer = client.post(f"{base}new/", {"person": desk.arif.pk, **FORMS["override"]})
    assert answer.status_code == 422 and "Dewi is on call by name already: Fri 20 Nov" in answer.content.decode()
    later = {"start": "2026-11-20T12:00", "end": "2026-11-20T13:00"}
    assert client.post(f"{base}new/", {"person": desk.arif.pk, **later}).status_code == 302


@pytest.mark.parametrize("kind", ["single", "override", "absence"])
def test_what_is_removed_is_named_by_the_readers_clock(kind, desk):
    MODELS[kind].objects.create(
        person=desk.dewi, start=at("2026-11-20 01:00"), end=at("2026-11-20 05:00"),
        **({} if kind == "absence" else {"team": desk.team}),
    )  # fmt: skip
    row = MODELS[kind].objects.get()
    address = f"/desk/roster/{desk.team.slug}/{kind}/{row.pk}/delete/"
    assert "Dewi · Fri 20 Nov 01:00 – Fri 20 Nov 05:00" in signed_in(desk.laras).get(address).content.decode()


@pytest.mark.parametrize(
    ("typed", "meant"), [("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)), ("2026-03-29T02:30", None)]
)
def test_a_local_time_that_is_twice_is_the_first_and_one_that_is_skipped_is_refused(typed, meant):
    with timezone.override("Europe/Berlin"):
        if meant:
            assert MomentField().clean(typed) == meant
        else:
            with pytest.raises(ValidationError, match="clocks are put forward"):
                MomentField().clean(typed)


def test_one_address_too_many_keeps_the_list_and_says_which_to_revoke(desk):
    for number in range(20):
        FeedToken.objects.create(
            person=desk.dewi, prefix=f"tok{number}", digest=str(number), created_at=NOW,
            last_used_at=None if number == 7 else NOW,
        )  # fmt: skip
    answer = signed_in(desk.dewi).post("/me/calendar/", {"about": "mine"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Revoke one first: tok7…" in page and page.count("/revoke/") == 20
