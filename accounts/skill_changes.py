"""Changing skills and certificates. Levels are the lead's to say; certificates also the holder's own."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Certificate, CertificateReminder, Level, PersonSkill, Skill, User
from accounts.roster_changes import checked_and_saved
from accounts.training_policies import leads_person, sees_person
from core.errors import Invalid, NotAllowed

REMINDED_DAYS_BEFORE = (60, 30, 7, 0)


def keep_skill(skill: Skill, *, actor: User) -> Skill:
    """Save a new or edited skill.

    Raises:
        NotAllowed: the actor leads nobody.
        Invalid: there is one of the name, or none was given.
    """
    if not actor.hats.is_lead:
        raise NotAllowed()
    return checked_and_saved(skill)


def set_level(person: User, skill: Skill, level: int, *, actor: User) -> None:
    """Say how well somebody can do something, 1 to 4; 0 takes the skill away.

    Raises:
        NotAllowed: the actor does not lead this person.
        Invalid: no such level.
    """
    if not leads_person(actor, person):
        raise NotAllowed()
    if level == 0:
        PersonSkill.objects.filter(person=person, skill=skill).delete()
        return
    if level not in Level.values:
        raise Invalid.field("level", _("A level is 1 to 4."))
    PersonSkill.objects.update_or_create(person=person, skill=skill, defaults={"level": level})


def raise_level(person: User, skill: Skill, level: int) -> None:
    """Lift somebody to a level unless they are there already; what training does."""
    known, is_new = PersonSkill.objects.get_or_create(person=person, skill=skill, defaults={"level": level})
    if not is_new and known.level < level:
        PersonSkill.objects.filter(pk=known.pk, level__lt=level).update(level=level)


@transaction.atomic
def keep_certificate(certificate: Certificate, *, actor: User, today: date) -> Certificate:
    """Save a new or edited certificate, with its reminders from `today` on.

    Raises:
        NotAllowed: it is somebody else's.
        Invalid: it expires before it is issued, or is issued in the future.
    """
    _keeper(certificate, actor)
    if certificate.expires_on and certificate.expires_on <= certificate.issued_on:
        raise Invalid.field("expires_on", _("It expires before it is issued."))
    if certificate.issued_on > today:
        raise Invalid.field("issued_on", _("It is not issued yet."))
    saved = checked_and_saved(certificate)
    plan_reminders(saved, today)
    return saved


def remove_certificate(certificate: Certificate, *, actor: User) -> None:
    """Take a certificate away, and its reminders with it.

    Raises:
        NotAllowed: it is somebody else's.
    """
    _keeper(certificate, actor)
    certificate.delete()


def plan_reminders(certificate: Certificate, today: date) -> None:
    """Write the reminders that lie ahead; those told for another date of expiry are forgotten."""
    wanted = {}
    if certificate.expires_on:
        wanted = {days: certificate.expires_on - timedelta(days=days) for days in REMINDED_DAYS_BEFORE}
    for known in certificate.reminders.all():
        if wanted.get(known.days_before) == known.due_on:
            del wanted[known.days_before]
        else:
            known.delete()
    CertificateReminder.objects.bulk_create(
        CertificateReminder(certificate=certificate, days_before=days, due_on=due_on)
        for days, due_on in wanted.items()
        if due_on >= today
    )


def _keeper(certificate: Certificate, actor: User) -> None:
    if not sees_person(actor, certificate.person):
        raise NotAllowed()
