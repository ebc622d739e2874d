"""The roster's pages: for whom they are, and what they say and hide."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Absence, OnCallOverride, Rota, SingleShift, Swap, User, WantedCover, WeeklyShift
from tests.accounts.plans import at
from tests.cast import person

pytestmark = pytest.mark.slow

TUESDAY = at("2026-11-17 10:00")
WEEK = "?week=2026-W47"
MOMENT = "%Y-%m-%dT%H:%M"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def plan_addresses(desk) -> list[str]:
    """Everything a lead may do and nobody else."""
    shift = WeeklyShift.objects.get()
    base = f"/desk/roster/{desk.team.slug}/"
    tails = ["weekly/new/", f"weekly/{shift.pk}/", f"weekly/{shift.pk}/delete/", "single/new/", "override/new/"]
    return [base + tail for tail in (*tails, "cover/new/", "rota/", "rota/delete/", "zone/")]


@pytest.mark.parametrize(
    ("who", "reads", "edits"),
    [
        ("requester", 404, 404),
        ("other_team_agent", 200, 403),
        ("agent1", 200, 403),
        ("lead", 200, 200),
        ("manager", 200, 200),
        ("admin", 200, 200),
    ],
)
def test_who_reads_and_who_plans(who, reads, edits, desk, request):
    client = signed_in(request.getfixturevalue(who))
    for address in ("/desk/roster/", f"/desk/roster/{desk.team.slug}/", f"/desk/roster/{desk.team.slug}/plan/"):
        assert client.get(address).status_code == reads, address
    for address in plan_addresses(desk):
        assert client.get(address).status_code == edits, address
        if edits != 200:
            assert client.post(address).status_code == edits, address
    assert WeeklyShift.objects.count() == Rota.objects.count() == 1


@pytest.mark.parametrize("tail", ["", "plan/", "weekly/new/", "absence/new/", "swap/"])
def test_a_restricted_team_is_not_there_for_others(tail, desk, world):
    client = signed_in(desk.laras)
    assert client.get(f"/desk/roster/{world.hr.slug}/{tail}").status_code == 404
    assert client.get(f"/roster/{world.hr.slug}/").status_code == 404


def test_the_week_shows_duties_and_marks_ones_own(desk, clock):
    clock(TUESDAY)
    page = signed_in(desk.arif).get(f"/desk/roster/{desk.team.slug}/{WEEK}").content.decode()
    assert "08:00–17:00" in page and "is-mine" in page and "is-today" in page
    # his own future shifts can be swapped, the one that has begun cannot
    assert page.count("Ask to swap") == 3
    assert "Ask to swap" not in signed_in(desk.dewi).get(f"/desk/roster/{desk.team.slug}/{WEEK}").content.decode()


@pytest.mark.parametrize("week", ["", "x", "2026-W99", "0001-W01", "9999-W53", "2026-W47'", "2026-W-1", "²"])
def test_a_week_that_is_none_is_this_week(week, desk):
    client = signed_in(desk.arif)
    for address in (f"/desk/roster/{desk.team.slug}/", f"/roster/{desk.team.slug}/"):
        assert client.get(address, {"week": week}).status_code == 200


def test_absences_say_why_to_the_team_only(desk, manager, other_team_agent):
    Absence.objects.create(person=desk.dewi, start=TUESDAY, end=TUESDAY + timedelta(days=1), kind="sick", note="kanari")
    address = f"/desk/roster/{desk.team.slug}/{WEEK}"
    for person_, knows in ((desk.arif, True), (manager, True), (other_team_agent, False)):
        page = signed_in(person_).get(address).content.decode()
        assert "Dewi is absent" in page
        assert ("kanari" in page) == ("Sick" in page) == knows


def test_everybody_sees_who_is_on_duty_and_nothing_else(desk, requester):
    Absence.objects.create(person=desk.arif, start=TUESDAY, end=TUESDAY + timedelta(days=1), kind="sick", note="kanari")
    client = signed_in(requester)
    page = client.get(f"/roster/{desk.team.slug}/{WEEK}").content.decode()
    assert "Arif" in page and "Dewi" in page and "On call" in page
    for secret in ("kanari", "Sick", "absent", "stands in", "instead of", "Ask to swap"):
        assert secret not in page, secret
    assert client.get("/roster/").headers["Location"] == f"/roster/{desk.team.slug}/"
    assert "Hr Systems" not in page


def test_an_overview_names_who_is_on_now_and_what_is_missing(desk, clock, other_team_agent):
    clock(TUESDAY)
    WantedCover.objects.create(team=desk.team, weekdays=[3], start="08:00", end="20:00", people=1)
    page = signed_in(desk.arif).get("/desk/roster/").content.decode()
    assert "Nobody is on shift" in page and "Thu 19 Nov 17:00" in page
    assert page.count("Nothing is planned for this team.") == 2


def test_pages_cost_the_same_with_more_planned(desk, django_assert_max_num_queries, clock):
    clock(TUESDAY)
    client = signed_in(desk.laras)
    for address in ("/desk/roster/", f"/desk/roster/{desk.team.slug}/{WEEK}", f"/desk/roster/{desk.team.slug}/plan/"):
        client.get(address)
        with django_assert_max_num_queries(16) as few:
            client.get(address)
        for number in range(5):
            one = person(f"p{desk.team.pk}{number}{address.count('/')}{len(address)}")
            one.memberships.create(team=desk.team)
            start = TUESDAY + timedelta(hours=number)
            SingleShift.objects.create(team=desk.team, person=one, start=start, end=start + timedelta(hours=9))
            OnCallOverride.objects.create(team=desk.team, person=one, start=start, end=start + timedelta(hours=9))
            Absence.objects.create(person=one, start=start, end=start + timedelta(hours=1))
        with django_assert_max_num_queries(len(few)):
            client.get(address)


def shift(desk, **changed: object) -> dict[str, object]:
    form = {
        "person": desk.dewi.pk,
        "weekdays": ["5", "6"],
        "start": "20:00",
        "end": "04:00",
        "valid_from": "2026-11-16",
    }
    return {**form, **changed}


def test_a_lead_plans_a_shift_edits_and_removes_it(desk):
    client, base = signed_in(desk.laras), f"/desk/roster/{desk.team.slug}/"
    assert client.post(f"{base}weekly/new/", shift(desk)).status_code == 302
    made = WeeklyShift.objects.get(person=desk.dewi)
    assert (made.weekdays, f"{made.start:%H:%M}") == ([5, 6], "20:00")
    client.post(f"{base}weekly/{made.pk}/", shift(desk, weekdays=["6"], valid_until="2026-12-01", version=1))
    made.refresh_from_db()
    assert made.weekdays == [6] and made.valid_until
    assert "past ones too" in client.get(f"{base}weekly/{made.pk}/delete/").content.decode()
    client.post(f"{base}weekly/{made.pk}/delete/")
    assert not WeeklyShift.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("kind", "changed", "says"),
    [
        ("weekly", {"weekdays": []}, "required"),
        ("weekly", {"weekdays": ["7"]}, "valid choice"),
        ("weekly", {"person": "999999"}, "valid choice"),
        ("weekly", {"start": "25:00"}, "valid time"),
        ("weekly", {"valid_until": "2026-11-15"}, "before the first"),
        ("weekly", {"valid_from": "0001-01-01"}, "between 2000 and 2100"),
        ("single", {"start": "2026-11-17T10:00", "end": "2026-11-17T10:00"}, "not after the start"),
        ("single", {"start": "2026-11-17T10:00", "end": "2026-11-19T10:00"}, "at most 24 hours"),
        ("single", {"start": "0001-01-01T00:00", "end": "9999-12-31T23:59"}, "between 2000 and 2100"),
        ("override", {"start": "2026-11-17T10:00", "end": "2027-11-19T10:00"}, "at most 62 days"),
        ("cover", {"people": "0"}, "greater than or equal to 1"),
        ("cover", {"people": "99999999999999999999"}, "less than or equal to"),
        ("absence", {"start": "2026-11-17T10:00", "end": "2028-11-19T10:00"}, "at most a year"),
        ("absence", {"start": "2026-11-17T10:00", "end": "2026-11-18T10:00", "kind": "holiday"}, "valid choice"),
    ],
)
def test_bad_input_is_said_at_the_form_and_nothing_is_saved(kind, changed, says, desk):
    client = signed_in(desk.laras)
    form = {**shift(desk), "people": "1", "kind": "leave", **changed}
    answer = client.post(f"/desk/roster/{desk.team.slug}/{kind}/new/", form)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not (SingleShift.objects.exists() or OnCallOverride.objects.exists() or Absence.objects.exists())
    assert WeeklyShift.objects.count() == 1 and not WantedCover.objects.exists()


def rota(desk, *people: User, **changed: object) -> dict[str, object]:
    form: dict[str, object] = {"days": 2, "first_day": "2026-11-16", "hand_over": "09:00", "version": desk.rota.version}
    return {**form, **{f"place_{n}": one.pk for n, one in enumerate(people, start=1)}, **changed}


def test_a_lead_orders_the_rota(desk):
    address = f"/desk/roster/{desk.team.slug}/rota/"
    assert signed_in(desk.laras).post(address, rota(desk, desk.dewi, desk.arif)).status_code == 302
    kept = Rota.objects.latest("pk")
    assert (kept.days, kept.version) == (2, 2)
    assert [turn.person for turn in kept.turns.all()] == [desk.dewi, desk.arif]


def test_a_rota_that_somebody_changed_meanwhile_is_not_overwritten(desk, manager):
    address = f"/desk/roster/{desk.team.slug}/rota/"
    form = rota(desk, desk.dewi)
    signed_in(manager).post(address, rota(desk, desk.arif))
    answer = signed_in(desk.laras).post(address, form)
    assert answer.status_code == 409 and "meanwhile" in answer.content.decode()
    assert [turn.person for turn in Rota.objects.latest("pk").turns.all()] == [desk.arif]


@pytest.mark.parametrize(
    ("people", "changed"), [((), {}), (("dewi", "dewi"), {}), (("dewi",), {"days": 0}), (("dewi",), {"days": 29})]
)
def test_a_rota_of_nobody_or_twice_the_same_is_refused(people, changed, desk):
    chosen = [getattr(desk, name) for name in people]
    answer = signed_in(desk.laras).post(f"/desk/roster/{desk.team.slug}/rota/", rota(desk, *chosen, **changed))
    assert answer.status_code == 422
    assert Rota.objects.get().turns.count() == 3


def test_agents_enter_their_own_absence_and_nobody_elses(desk, other_team_agent):
    form = {"start": "2026-11-18T00:00", "end": "2026-11-19T00:00", "kind": "leave", "person": desk.laras.pk}
    client = signed_in(desk.dewi)
    assert client.post(f"/desk/roster/{desk.team.slug}/absence/new/", form).status_code == 302
    kept = Absence.objects.get()
    assert kept.person == desk.dewi
    assert signed_in(other_team_agent).get(f"/desk/roster/{desk.team.slug}/absence/new/").status_code == 403
    for tail in ("", "delete/"):
        address = f"/desk/roster/{desk.team.slug}/absence/{kept.pk}/{tail}"
        assert signed_in(desk.arif).post(address, form).status_code == 403
        assert signed_in(desk.laras).get(address).status_code == 200
    assert client.post(f"/desk/roster/{desk.team.slug}/absence/{kept.pk}/delete/").status_code == 302
    assert not Absence.objects.exists()


def test_one_teams_rows_are_not_reached_through_another(desk, world, manager):
    row = WeeklyShift.objects.get()
    client = signed_in(manager)
    for tail in ("", "delete/"):
        assert client.post(f"/desk/roster/{world.network.slug}/weekly/{row.pk}/{tail}", shift(desk)).status_code == 404
    assert WeeklyShift.objects.filter(pk=row.pk).exists()


def test_the_time_zone_moves_the_whole_plan(desk):
    answer = signed_in(desk.laras).post(f"/desk/roster/{desk.team.slug}/zone/", {"time_zone": "Asia/Makassar"})
    assert answer.status_code == 302
    desk.team.refresh_from_db()
    assert desk.team.time_zone == "Asia/Makassar"
    bad = signed_in(desk.laras).post(f"/desk/roster/{desk.team.slug}/zone/", {"time_zone": "Mars/Base"})
    assert bad.status_code == 422


def test_a_queue_says_who_is_on_now(desk, clock):
    clock(TUESDAY)
    assert "On call" in signed_in(desk.arif).get(f"/desk/q/{desk.team.slug}/").content.decode()


def test_the_owner_menu_says_who_is_there(desk, clock, opened):
    clock(TUESDAY)
    Absence.objects.create(person=desk.dewi, start=TUESDAY, end=TUESDAY + timedelta(days=1))
    SingleShift.objects.create(team=desk.team, person=desk.laras, start=TUESDAY, end=TUESDAY + timedelta(hours=1))
    menu = f"/desk/t/{opened(into=desk.team).key}/property/assignee/"
    page = signed_in(desk.laras).get(menu).content.decode()
    for words in ("Arif · on call", "Dewi · absent", "Laras · on shift"):
        assert words in page


def test_swaps_of_others_that_came_to_nothing_are_not_shown(desk):
    for state in ("declined", "approved"):
        Swap.objects.create(
            team=desk.team, kind="shift", asker=desk.arif, colleague=desk.laras, start=TUESDAY,
            end=TUESDAY + timedelta(hours=1), asked_at=TUESDAY, state=state,
        )  # fmt: skip
    address = f"/desk/roster/{desk.team.slug}/{WEEK}"
    assert signed_in(desk.dewi).get(address).content.decode().count("Arif asks Laras") == 1
    assert signed_in(desk.arif).get(address).content.decode().count("Arif asks Laras") == 2


def test_a_note_to_a_swap_is_for_the_two_and_those_who_approve(desk, manager):
    other = person("wulan")
    other.memberships.create(team=desk.team)
    Swap.objects.create(
        team=desk.team, kind="shift", asker=desk.dewi, colleague=desk.arif, start=TUESDAY, note="kanari",
        end=TUESDAY + timedelta(hours=1), asked_at=TUESDAY,
    )  # fmt: skip
    for reader, reads in ((desk.dewi, True), (desk.arif, True), (desk.laras, True), (manager, True), (other, False)):
        page = signed_in(reader).get(f"/desk/roster/{desk.team.slug}/{WEEK}").content.decode()
        assert "Dewi asks Arif" in page and ("kanari" in page) == reads
