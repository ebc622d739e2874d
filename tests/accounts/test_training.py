"""Training sessions: seats, who was there, and what is learnt; needs that are entered and decided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from accounts import training_changes as training
from accounts import training_decisions as decisions
from accounts import training_marks as marks
from accounts.models import Attendance, Certificate, PersonSkill, Skill, TrainingNeed, TrainingSession
from accounts.training_needs import Found, raise_for_expired, raise_need
from core.errors import Conflict, Invalid, NotAllowed
from notifications.models import OutboxMessage
from tests.accounts.plans import at

NOW = at("2026-11-17 10:00")
TODAY = date(2026, 11, 17)


@pytest.fixture(autouse=True)
def tuesday(clock, monkeypatch):
    clock(NOW)
    for module in (training, decisions, marks):
        monkeypatch.setattr(module, "database_now", lambda: NOW)
    monkeypatch.setattr("accounts.views.training.database_now", lambda: NOW)


@pytest.fixture
def skill(db: None) -> Skill:
    return Skill.objects.create(name="Firewalls")


@pytest.fixture
def session(desk, skill) -> TrainingSession:
    """One hour from now, two seats, raising to level 3."""
    return TrainingSession.objects.create(
        team=desk.team, topic="Firewall rules", skill=skill, raises_to=3, seats=2,
        start=NOW + timedelta(hours=1), end=NOW + timedelta(hours=3),
    )  # fmt: skip


def begun(session: TrainingSession) -> TrainingSession:
    session.start = NOW - timedelta(hours=1)
    session.save()
    return session


def test_people_are_invited_and_told_once(desk, session):
    assert training.invite(session, [desk.arif, desk.dewi], actor=desk.laras) == 2
    assert training.invite(session, [desk.arif, desk.arif], actor=desk.laras) == 0
    assert OutboxMessage.objects.filter(channel="in_app", context__what="training_invited").count() == 2
    with pytest.raises(Invalid, match="0 seats"):
        training.invite(session, [desk.laras], actor=desk.laras)


def test_there_are_no_more_people_than_seats(desk, session):
    with pytest.raises(Invalid, match="Only 2"):
        training.invite(session, [desk.arif, desk.dewi, desk.laras], actor=desk.laras)
    assert not Attendance.objects.exists()
    training.invite(session, [desk.arif, desk.dewi], actor=desk.laras)
    session.seats = 1
    with pytest.raises(Invalid, match="2 seats"):
        training.keep_session(session, actor=desk.laras)


def test_only_ones_own_people_are_invited(desk, session, agent2, requester, manager):
    for stranger in (agent2, requester):
        with pytest.raises(Invalid, match="your teams"):
            training.invite(session, [stranger], actor=desk.laras)
    assert training.invite(session, [agent2], actor=manager) == 1
    with pytest.raises(NotAllowed):
        training.invite(session, [desk.dewi], actor=desk.arif)


def test_who_was_there_is_lifted_and_marked_once(desk, session, skill):
    training.invite(session, [desk.arif, desk.dewi], actor=desk.laras)
    arif, dewi = Attendance.objects.order_by("person__name")
    with pytest.raises(Invalid, match="not begun"):
        marks.mark(arif, attended=True, actor=desk.laras)
    begun(session)
    marks.mark(arif, attended=True, actor=desk.laras)
    marks.mark(dewi, attended=False, actor=desk.laras)
    assert list(PersonSkill.objects.values_list("person__name", "level")) == [("Arif", 3)]
    for row, attended in ((arif, True), (dewi, False)):
        with pytest.raises(Conflict, match="marked already"):
            marks.mark(row, attended=attended, actor=desk.laras)
    marks.mark(dewi, attended=True, actor=desk.laras)
    assert PersonSkill.objects.count() == 2
    with pytest.raises(Conflict):
        training.uninvite(arif, actor=desk.laras)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"end": NOW}, "end"),
        ({"end": NOW + timedelta(days=30)}, "end"),
        ({"skill": None}, "skill"),
        ({"seats": 0}, "seats"),
        ({"topic": ""}, "topic"),
        ({"raises_to": 5}, "raises_to"),
    ],
)
def test_a_session_that_cannot_be_is_refused(desk, session, changed, field):
    for name, value in changed.items():
        setattr(session, name, value)
    with pytest.raises(Invalid) as refused:
        training.keep_session(session, actor=desk.laras)
    assert field in refused.value.fields


def need(**fields: object) -> TrainingNeed:
    return TrainingNeed(**{"name": "Writing packets", "reason": "by_hand", **fields})  # type: ignore[arg-type]


def test_a_need_is_entered_once_and_decided_once(desk, manager):
    entered = decisions.enter_need(need(team=desk.team), actor=desk.laras)
    with pytest.raises(Conflict, match="already"):
        decisions.enter_need(need(team=desk.team), actor=desk.laras)
    with pytest.raises(Invalid, match="why"):
        decisions.dismiss_need(entered, actor=desk.laras, why="  ")
    decisions.dismiss_need(entered, actor=desk.laras, why="Done in the meeting")
    with pytest.raises(Conflict, match="Dismissed"):
        decisions.meet_need(entered, actor=manager)
    decisions.enter_need(need(team=desk.team), actor=desk.laras)


def test_needs_are_for_those_who_lead(desk, world, agent2):
    for whose in ({"team": desk.team}, {"person": desk.dewi}):
        with pytest.raises(NotAllowed):
            decisions.enter_need(need(**whose), actor=desk.arif)
    with pytest.raises(NotAllowed):
        decisions.enter_need(need(team=world.network), actor=desk.laras)
    with pytest.raises(Invalid):
        decisions.enter_need(need(), actor=desk.laras)


def test_being_there_meets_the_need_it_was_planned_for(desk, session):
    entered = decisions.enter_need(need(person=desk.arif), actor=desk.laras)
    decisions.plan_need(entered, session, actor=desk.laras)
    training.invite(session, [desk.arif], actor=desk.laras)
    begun(session)
    marks.mark(Attendance.objects.get(), attended=True, actor=desk.laras)
    entered.refresh_from_db()
    assert (entered.state, entered.decided_by) == ("met", desk.laras)


def test_a_session_that_is_called_off_opens_its_needs_again(desk, session):
    entered = decisions.enter_need(need(team=desk.team), actor=desk.laras)
    decisions.plan_need(entered, session, actor=desk.laras)
    training.remove_session(session, actor=desk.laras)
    entered.refresh_from_db()
    assert (entered.state, entered.session) == ("open", None)


def test_a_need_grows_and_never_doubles(desk):
    for packets, keys in (([1, 2, 3], ["INC-1"]), ([2, 3, 4], ["INC-1", "INC-2"]), ([2, 3, 4], ["INC-2"])):
        found = Found("wrong_team", "The right team", team=desk.team, evidence={"handovers": packets, "tickets": keys})
        raise_need(found, since=TODAY - timedelta(days=30), until=TODAY, at=NOW)
    kept = TrainingNeed.objects.get()
    assert (kept.count, kept.evidence["tickets"]) == (4, ["INC-1", "INC-2"])
    assert kept.evidence["since"] == "2026-10-18"


def test_an_expired_certificate_is_a_need_until_it_is_dealt_with(desk):
    certificate = Certificate.objects.create(
        person=desk.arif, name="CCNA", issued_on=date(2024, 1, 1), expires_on=date(2026, 11, 16)
    )
    for _day in range(2):
        raise_for_expired(TODAY, NOW)
    kept = TrainingNeed.objects.get()
    assert (kept.person, kept.reason, kept.evidence["certificates"]) == (desk.arif, "expired", [certificate.pk])
    decisions.dismiss_need(kept, actor=desk.laras, why="No longer wanted")
    raise_for_expired(TODAY, NOW)
    assert TrainingNeed.objects.count() == 1


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_pages_of_a_session(desk, session, agent2, skill):
    address = f"/desk/training/sessions/{session.pk}/"
    lead, arif = signed_in(desk.laras), signed_in(desk.arif)
    assert arif.get(address).status_code == 404
    assert lead.post(f"{address}invite/", {"people": [desk.arif.pk, agent2.pk]}).status_code == 422
    assert lead.post(f"{address}invite/", {"people": [desk.arif.pk, desk.dewi.pk]}).status_code == 302
    page = arif.get(address).content.decode()
    assert "Firewall rules" in page and "Dewi" not in page
    seat = Attendance.objects.get(person=desk.arif)
    assert arif.post(f"/desk/training/seats/{seat.pk}/attended/").status_code == 404
    begun(session)
    assert lead.post(f"/desk/training/seats/{seat.pk}/attended/").status_code == 302
    assert lead.post(f"/desk/training/seats/{seat.pk}/attended/").status_code == 409
    assert lead.post(f"/desk/training/seats/{seat.pk}/nonsense/").status_code == 404
    assert arif.get(f"{address}edit/").status_code == 403
    assert "Firewall rules" in arif.get(f"/desk/training/people/{desk.arif.pk}/").content.decode()
    form = {"team": desk.team.pk, "topic": "x", "start": "2026-12-01T09:00", "end": "2026-12-01T10:00", "seats": "3"}
    assert lead.post("/desk/training/sessions/new/", form).status_code == 302
    assert lead.post("/desk/training/sessions/new/", {**form, "end": "2026-12-01T08:00"}).status_code == 422
    assert arif.post("/desk/training/sessions/new/", form).status_code == 403
    assert "Invitations to it are gone" in lead.get(f"{address}delete/").content.decode()
    assert lead.post(f"{address}delete/").status_code == 302
    assert TrainingSession.objects.count() == 1


def test_needs_on_pages(desk, agent2, requester):
    lead = signed_in(desk.laras)
    form = {"who": f"person-{desk.arif.pk}", "name": "Writing packets"}
    assert lead.post("/desk/training/needs/new/", form).status_code == 302
    assert lead.post("/desk/training/needs/new/", form).status_code == 409
    assert lead.post("/desk/training/needs/new/", {**form, "who": f"person-{agent2.pk}"}).status_code == 422
    kept = TrainingNeed.objects.get()
    for person, status in ((desk.arif, 200), (desk.dewi, 404), (agent2, 404), (requester, 404), (desk.laras, 200)):
        assert signed_in(person).get(f"/desk/training/needs/{kept.pk}/").status_code == status, person
    assert signed_in(desk.arif).post(f"/desk/training/needs/{kept.pk}/meet/").status_code == 403
    assert lead.post(f"/desk/training/needs/{kept.pk}/dismiss/", {"note": ""}).status_code == 422
    assert lead.post(f"/desk/training/needs/{kept.pk}/plan/", {"session": "999"}).status_code == 422
    assert lead.post(f"/desk/training/needs/{kept.pk}/nonsense/").status_code == 404
    assert lead.post(f"/desk/training/needs/{kept.pk}/meet/", {"note": "shown"}).status_code == 302
    assert "shown" in lead.get(f"/desk/training/needs/{kept.pk}/").content.decode()


def test_a_wrong_mark_is_corrected_and_the_level_goes_back(desk, session, skill):
    entered = decisions.enter_need(need(person=desk.arif), actor=desk.laras)
    decisions.plan_need(entered, session, actor=desk.laras)
    PersonSkill.objects.create(person=desk.dewi, skill=skill, level=2)
    training.invite(session, [desk.arif, desk.dewi], actor=desk.laras)
    begun(session)
    for row in Attendance.objects.all():
        marks.mark(row, attended=True, actor=desk.laras)
        marks.mark(row, attended=False, actor=desk.laras)
    assert list(PersonSkill.objects.values_list("person__name", "level")) == [("Dewi", 2)]
    entered.refresh_from_db()
    assert (entered.state, entered.decided_by) == ("planned", None)


@pytest.mark.parametrize(("other", "left"), [(2, [2]), (3, [3]), (None, [])])
def test_what_another_session_or_the_lead_raised_stays(desk, session, skill, other, left):
    begun(session)
    seat = Attendance.objects.create(session=session, person=desk.arif)
    marks.mark(seat, attended=True, actor=desk.laras)
    if other:
        elsewhere = TrainingSession.objects.create(
            team=desk.team, topic="More", skill=skill, raises_to=other, start=NOW - timedelta(days=2), end=NOW
        )
        marks.mark(Attendance.objects.create(session=elsewhere, person=desk.arif), attended=True, actor=desk.laras)
    marks.mark(seat, attended=False, actor=desk.laras)
    assert list(PersonSkill.objects.values_list("level", flat=True)) == left


def test_somebody_who_had_missed_it_needs_a_free_seat(desk, session):
    training.invite(session, [desk.arif, desk.dewi], actor=desk.laras)
    begun(session)
    missed = Attendance.objects.get(person=desk.arif)
    marks.mark(missed, attended=False, actor=desk.laras)
    training.invite(session, [desk.laras], actor=desk.laras)
    with pytest.raises(Invalid, match="No seat is free"):
        marks.mark(missed, attended=True, actor=desk.laras)


def test_a_dismissed_need_is_opened_again(desk):
    entered = decisions.enter_need(need(team=desk.team), actor=desk.laras)
    with pytest.raises(Conflict, match="not dismissed"):
        decisions.reopen_need(entered, actor=desk.laras)
    decisions.dismiss_need(entered, actor=desk.laras, why="Too early")
    with pytest.raises(NotAllowed):
        decisions.reopen_need(entered, actor=desk.arif)
    again = decisions.enter_need(need(team=desk.team), actor=desk.laras)
    with pytest.raises(Conflict, match="open need"):
        decisions.reopen_need(entered, actor=desk.laras)
    again.delete()
    lead, address = signed_in(desk.laras), f"/desk/training/needs/{entered.pk}/"
    assert "Open again" in lead.get(address).content.decode()
    assert lead.post(f"{address}reopen/").status_code == 302
    entered.refresh_from_db()
    assert (entered.state, entered.decision, entered.decided_at) == ("open", "", None)


def test_a_reason_that_is_missing_or_too_long_leads_back_to_the_form(desk):
    entered = decisions.enter_need(need(team=desk.team), actor=desk.laras)
    lead, address = signed_in(desk.laras), f"/desk/training/needs/{entered.pk}/dismiss/"
    for why, says in ((" ", "Say why nothing will be done."), ("k" * 301, "Write at most 300 characters.")):
        answer = lead.post(address, {"note": why})
        page = answer.content.decode()
        assert answer.status_code == 422 and says in page and 'id="note"' in page
    assert "k" * 301 in page
    entered.refresh_from_db()
    assert entered.is_open
