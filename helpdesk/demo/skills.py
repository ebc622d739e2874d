"""The demo's skills, certificates and training: enough of each that every part of the page has something to show."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts.models import (
    Attendance,
    Certificate,
    Membership,
    PersonSkill,
    Skill,
    Team,
    TrainingNeed,
    TrainingSession,
    User,
)
from accounts.skill_changes import plan_reminders
from accounts.spans import instant, local_date
from helpdesk.demo.duties import next_weekday

# name, in Indonesian, whether it needs a certificate, which teams learn it
SKILLS = (
    ("Accounts and sign-in", "Akun dan masuk", False, ("service-desk", "network-access")),
    ("Printers and labels", "Printer dan label", False, ("service-desk", "workplace-devices")),
    ("Talking with callers", "Berbicara dengan pelapor", False, ("service-desk",)),
    ("Firewalls and VPN", "Dinding api dan VPN", True, ("network-access", "infrastructure")),
    ("Warehouse system", "Sistem gudang", False, ("business-apps", "erp-engineering")),
    ("Servers and storage", "Server dan penyimpanan", True, ("infrastructure",)),
    ("Payroll rules", "Aturan penggajian", False, ("hr-systems",)),
)
# who, what, for which skill, expires how many days from today
CERTIFICATES = (
    ("bayu.pratama", "Network associate", "Firewalls and VPN", 23),
    ("ratna.suryani", "Network professional", "Firewalls and VPN", 410),
    ("gilang.saputra", "Server administrator", "Servers and storage", 200),
    ("binsar.hutapea", "Server administrator", "Servers and storage", -12),
    ("nadia.kusuma", "Service management foundation", "", 55),
)
ISSUED_BEFORE = timedelta(days=3 * 365)
LEVELS = (4, 2, 3, 1, 2)  # in the order of a team's members, its lead first
SESSION_SEATS = 6


def make_skills(now: datetime) -> None:
    """Write skills, levels, certificates with their reminders, one session and one need. Draws nothing."""
    today = local_date(now, "Asia/Jakarta")
    skills = {
        name: Skill.objects.create(name=name, name_id=name_id, needs_certificate=needs)
        for name, name_id, needs, _teams in SKILLS
    }
    teams = {team.slug: team for team in Team.objects.all()}
    members: dict[int, list[User]] = {}
    for row in Membership.objects.select_related("user").order_by("pk"):
        members.setdefault(row.team_id, []).append(row.user)
    PersonSkill.objects.bulk_create(
        PersonSkill(person=person, skill=skills[name], level=level)
        for name, _name_id, _needs, slugs in SKILLS
        for slug in slugs
        for person, level in zip(members[teams[slug].pk], LEVELS, strict=False)
    )
    _make_certificates(skills, today)
    _make_session(skills["Printers and labels"], teams["service-desk"], members[teams["service-desk"].pk], today)
    TrainingNeed.objects.create(
        team=teams["service-desk"],
        name="Writing a handover packet",
        name_id="Menulis paket serah terima",
        reason=TrainingNeed.Reason.BY_HAND,
        raised_at=now - timedelta(days=3),
    )


def _make_certificates(skills: dict[str, Skill], today: date) -> None:
    people = {person.email.split("@")[0]: person for person in User.objects.filter(memberships__isnull=False)}
    for who, name, skill, days in CERTIFICATES:
        expires_on = today + timedelta(days=days)
        certificate = Certificate.objects.create(
            person=people[who],
            name=name,
            skill=skills.get(skill),
            issued_on=expires_on - ISSUED_BEFORE,
            expires_on=expires_on,
        )
        plan_reminders(certificate, today)


def _make_session(skill: Skill, team: Team, members: list[User], today: date) -> None:
    day = next_weekday(today, 3)
    session = TrainingSession.objects.create(
        team=team,
        topic="Label printers after a ribbon change",
        skill=skill,
        raises_to=2,
        start=instant(day, 14 * 60, team.time_zone),
        end=instant(day, 15 * 60 + 30, team.time_zone),
        place="Ruang Semeru",
        trainer="Syamsul Rauf",
        seats=SESSION_SEATS,
    )
    Attendance.objects.bulk_create(Attendance(session=session, person=person) for person in members[1:4])
