"""Skills and certificates: who holds what and when, who may say so, and reminders told once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from accounts import skills
from accounts.certificates import remind_due
from accounts.models import Certificate, Membership, PersonSkill, Skill, User
from accounts.skill_changes import keep_certificate, plan_reminders, raise_level, set_level
from core.errors import Invalid, NotAllowed
from notifications.models import OutboxMessage
from tests.accounts.plans import at

NOW = at("2026-11-17 10:00")
TODAY = date(2026, 11, 17)
DAY = timedelta(days=1)


@pytest.fixture
def network_skill(db: None) -> Skill:
    return Skill.objects.create(name="Firewalls", name_id="Dinding api", needs_certificate=True)


def certified(person: User, skill: Skill | None = None, *, until: date | None, name: str = "CCNA") -> Certificate:
    issued = TODAY - timedelta(days=700)
    return Certificate.objects.create(person=person, name=name, skill=skill, issued_on=issued, expires_on=until)


def test_a_level_counts_when_it_is_high_enough(agent1):
    skill = Skill.objects.create(name="Printers")
    set_and = PersonSkill.objects.create(person=agent1, skill=skill, level=2)
    assert [skills.holds(agent1.pk, skill.pk, level, TODAY) for level in (1, 2, 3)] == [True, True, False]
    set_and.delete()
    assert not skills.holds(agent1.pk, skill.pk, 1, TODAY)


def test_a_skill_that_demands_a_certificate_counts_while_one_is_valid(agent1, network_skill):
    PersonSkill.objects.create(person=agent1, skill=network_skill, level=4)
    assert not skills.holds(agent1.pk, network_skill.pk, 1, TODAY)
    certified(agent1, until=TODAY + 9 * DAY)
    assert not skills.holds(agent1.pk, network_skill.pk, 1, TODAY), "a certificate of something else"
    certified(agent1, network_skill, until=TODAY)
    assert skills.holds(agent1.pk, network_skill.pk, 1, TODAY)
    assert not skills.holds(agent1.pk, network_skill.pk, 1, TODAY + DAY)
    assert not skills.holds(agent1.pk, network_skill.pk, 1, TODAY - timedelta(days=701))
    certified(agent1, network_skill, until=None)
    assert skills.holds(agent1.pk, network_skill.pk, 4, TODAY + 999 * DAY)


def test_leads_say_levels_and_nobody_their_own(agent1, lead, manager, agent2, network_skill):
    for actor in (lead, manager):
        set_level(agent1, network_skill, 3, actor=actor)
    for actor in (agent1, agent2):
        with pytest.raises(NotAllowed):
            set_level(agent1, network_skill, 4, actor=actor)
    for level in (-1, 5, 99):
        with pytest.raises(Invalid):
            set_level(agent1, network_skill, level, actor=lead)
    assert PersonSkill.objects.get().level == 3
    set_level(agent1, network_skill, 0, actor=lead)
    assert not PersonSkill.objects.exists()


def test_training_lifts_and_never_lowers(agent1, network_skill):
    for level, expected in ((2, 2), (3, 3), (1, 3)):
        raise_level(agent1, network_skill, level)
        assert PersonSkill.objects.get().level == expected


@pytest.mark.parametrize(
    ("issued", "expires", "field"),
    [(TODAY, TODAY, "expires_on"), (TODAY, TODAY - DAY, "expires_on"), (TODAY + DAY, None, "issued_on")],
)
def test_a_certificate_that_cannot_be_is_refused(agent1, issued, expires, field):
    wrong = Certificate(person=agent1, name="CCNA", issued_on=issued, expires_on=expires)
    with pytest.raises(Invalid) as refused:
        keep_certificate(wrong, actor=agent1, today=TODAY)
    assert field in refused.value.fields
    assert not Certificate.objects.exists()


def reminders(certificate: Certificate) -> list[int]:
    return list(certificate.reminders.order_by("-days_before").values_list("days_before", flat=True))


def test_reminders_are_planned_and_planned_anew(agent1):
    kept = keep_certificate(
        Certificate(person=agent1, name="CCNA", issued_on=TODAY, expires_on=TODAY + 90 * DAY), actor=agent1, today=TODAY
    )
    assert reminders(kept) == [60, 30, 7, 0]
    kept.expires_on = TODAY + 10 * DAY
    keep_certificate(kept, actor=agent1, today=TODAY)
    assert reminders(kept) == [7, 0]
    kept.expires_on = None
    keep_certificate(kept, actor=agent1, today=TODAY)
    assert reminders(kept) == []


def test_holder_and_lead_are_told_once_each_time(agent1, lead):
    certificate = certified(agent1, until=TODAY + 60 * DAY)
    plan_reminders(certificate, TODAY)
    for days in (-1, 0, 0, 1, 29, 30, 53, 60, 61, 99):
        remind_due(NOW + days * DAY)
    told = OutboxMessage.objects.filter(channel="in_app").values_list("recipient__name", "context__what")
    assert sorted(told) == sorted([("Arif", "certificate_expires"), ("Laras", "certificate_expires")] * 4)


def test_after_an_outage_only_the_last_is_told(agent1):
    plan_reminders(certified(agent1, until=TODAY + 60 * DAY), TODAY)
    remind_due(NOW + 70 * DAY)
    assert [row.context["what"] for row in OutboxMessage.objects.filter(channel="in_app")] == ["certificate_expired"]
    remind_due(NOW + 70 * DAY)
    assert OutboxMessage.objects.filter(channel="in_app").count() == 1


def test_a_renewed_certificate_is_no_longer_expiring(agent1):
    old = certified(agent1, until=TODAY - DAY)
    people = User.objects.filter(pk=agent1.pk)
    assert list(skills.expiring(people, TODAY)) == [old] == skills.expired(TODAY)
    certified(agent1, until=TODAY + 400 * DAY, name="ccna")
    assert not skills.expiring(people, TODAY) and not skills.expired(TODAY)


ROLES = {"requester": (404, 404), "agent2": (200, 404), "agent1": (200, 200), "lead": (200, 200), "manager": (200, 200)}


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_whose_skills(role, request, agent1, network_skill):
    PersonSkill.objects.create(person=agent1, skill=network_skill, level=2)
    client = Client()
    client.force_login(request.getfixturevalue(role))
    own, arifs = ROLES[role]
    assert client.get("/desk/training/").status_code == own
    assert client.get("/desk/training/skills/").status_code == own
    for tail in ("", "certificates/new/"):
        assert client.get(f"/desk/training/people/{agent1.pk}/{tail}").status_code == arifs, tail
    levels = {404: 404, 200: 403 if role == "agent1" else 200}[arifs]
    assert client.get(f"/desk/training/people/{agent1.pk}/levels/").status_code == levels
    page = client.get("/desk/training/").content.decode()
    assert ("Skills in Service Desk" in page) == (role in ("lead", "manager"))


def test_a_person_keeps_their_own_certificates(agent1, agent2, lead):
    client = Client()
    client.force_login(agent1)
    base = f"/desk/training/people/{agent1.pk}/certificates/"
    form = {"name": "CCNA", "issued_on": "2026-01-01", "expires_on": "2027-06-01"}
    assert client.post(f"{base}new/", form).status_code == 302
    kept = Certificate.objects.get()
    assert client.post(f"{base}{kept.pk}/", {**form, "expires_on": "2025-06-01"}).status_code == 422
    client.force_login(agent2)
    assert client.post(f"{base}{kept.pk}/delete/").status_code == 404
    client.force_login(lead)
    assert client.post(f"/desk/training/people/{lead.pk}/certificates/{kept.pk}/delete/").status_code == 404
    assert client.post(f"{base}{kept.pk}/delete/").status_code == 302
    assert not Certificate.objects.exists()


def test_a_lead_rates_on_a_page(agent1, lead, network_skill):
    client = Client()
    client.force_login(lead)
    address = f"/desk/training/people/{agent1.pk}/levels/"
    assert client.post(address, {f"skill_{network_skill.pk}": "9"}).status_code == 422
    assert client.post(address, {f"skill_{network_skill.pk}": "3"}).status_code == 302
    assert PersonSkill.objects.get().level == 3
    page = client.get("/desk/training/").content.decode()
    assert "without a valid certificate" in page


def test_a_skill_has_its_name_once(lead, agent1, network_skill):
    client = Client()
    client.force_login(lead)
    assert client.post("/desk/training/skills/new/", {"name": "Firewalls"}).status_code == 422
    assert client.post("/desk/training/skills/new/", {"name": "Switches"}).status_code == 302
    client.force_login(agent1)
    assert client.post("/desk/training/skills/new/", {"name": "Routers"}).status_code == 403
    assert Skill.objects.count() == 2


def test_the_overview_costs_the_same_with_more_people(lead, world, network_skill, django_assert_max_num_queries):
    client = Client()
    client.force_login(lead)
    client.get("/desk/training/")
    with django_assert_max_num_queries(26) as few:
        client.get("/desk/training/")
    for number in range(5):
        one = User.objects.create_user(f"p{number}@arunika.example", name=f"P {number}")
        Membership.objects.create(user=one, team=world.desk)
        PersonSkill.objects.create(person=one, skill=network_skill, level=2)
        certified(one, network_skill, until=TODAY)
    with django_assert_max_num_queries(len(few)):
        client.get("/desk/training/")
