"""Forms about skills, certificates, sessions and needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import skill_changes, training_changes, training_decisions, training_marks
from accounts.forms.training import CertificateForm, InviteForm, LevelsForm, NeedForm, SessionForm, SkillForm
from accounts.models import Attendance, Certificate, Skill, TrainingSession
from accounts.requests import SignedIn
from accounts.training_policies import edits_session, leads_person, led_teams, sees_person, sessions_seen
from accounts.views.roster import desk_only
from accounts.views.roster_editors import kept
from accounts.views.training import invitable, person_seen
from core.errors import NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done


def skill_form(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Make or edit a skill."""
    skill = Skill.objects.filter(pk=pk).first() if pk else Skill()
    if skill is None:
        raise NotVisible()
    _leads(request)
    form = SkillForm(request.POST or None, instance=skill)
    if _is_kept(request, form, lambda: skill_changes.keep_skill(form.instance, actor=request.user)):
        return done(request, reverse("skill_list"), message=_("Saved"))
    return _page(request, form, _("Edit skill") if pk else _("New skill"), reverse("skill_list"))


def levels_form(request: SignedIn, pk: int) -> HttpResponse:
    """How well somebody can do what."""
    person = person_seen(request.user, pk)
    if not leads_person(request.user, person):
        raise NotAllowed()
    back, form = reverse("training_person", args=[pk]), LevelsForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        for skill, level in form.changed_levels:
            skill_changes.set_level(person, skill, level, actor=request.user)
        return done(request, back, message=_("Saved"))
    return _page(request, form, _("Skills of %(name)s") % {"name": person.name}, back)


def certificate_form(request: SignedIn, person_pk: int, pk: int | None = None) -> HttpResponse:
    """Enter or edit a certificate."""
    person = person_seen(request.user, person_pk)
    certificate = person.certificates.filter(pk=pk).first() if pk else Certificate(person=person)
    if certificate is None:
        raise NotVisible()
    today, back = timezone.localdate(), reverse("training_person", args=[person.pk])
    form = CertificateForm(request.POST or None, instance=certificate)
    if _is_kept(request, form, lambda: skill_changes.keep_certificate(form.instance, actor=request.user, today=today)):
        return done(request, back, message=_("Saved"))
    delete = reverse("certificate_delete", args=[person.pk, pk]) if pk else ""
    return _page(request, form, _("Edit certificate") if pk else _("New certificate"), back, delete)


def certificate_delete(request: SignedIn, person_pk: int, pk: int) -> HttpResponse:
    """Ask, then take a certificate away."""
    person = person_seen(request.user, person_pk)
    certificate = person.certificates.filter(pk=pk).first()
    if certificate is None or not sees_person(request.user, person):
        raise NotVisible()
    back = reverse("training_person", args=[person.pk])
    if request.method == "POST":
        skill_changes.remove_certificate(certificate, actor=request.user)
        return done(request, back, message=_("Removed"))
    words = _("Its reminders go too. A skill that needs it counts no longer.")
    return _confirm(request, certificate, words, back)


def session_form(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """Plan or edit a session."""
    session = _session(request, pk) if pk else TrainingSession()
    _leads(request)
    form = SessionForm(request.POST or None, instance=session, teams=led_teams(request.user))
    if _is_kept(request, form, lambda: training_changes.keep_session(form.instance, actor=request.user)):
        return done(request, reverse("session", args=[form.instance.pk]), message=_("Saved"))
    back = reverse("session", args=[pk]) if pk else reverse("training")
    delete = reverse("session_delete", args=[pk]) if pk else ""
    return _page(request, form, _("Edit session") if pk else _("New session"), back, delete)


def session_delete(request: SignedIn, pk: int) -> HttpResponse:
    """Ask, then call a session off."""
    session = _session(request, pk)
    if request.method == "POST":
        training_changes.remove_session(session, actor=request.user)
        return done(request, reverse("training"), message=_("Removed"))
    words = _("Invitations to it are gone, and needs planned for it are open again.")
    return _confirm(request, session, words, reverse("session", args=[pk]))


@require_POST
def session_invite(request: SignedIn, pk: int) -> HttpResponse:
    """Give seats to people."""
    session = _session(request, pk)
    form = InviteForm(request.POST, people=invitable(request.user))
    back = reverse("session", args=[pk])
    if form.is_valid():
        count = 0

        def give() -> None:
            nonlocal count
            count = training_changes.invite(session, form.cleaned_data["people"], actor=request.user)

        if kept(form, give):
            message = ngettext("%(count)d person is invited.", "%(count)d people are invited.", count)
            return done(request, back, message=message % {"count": count})
    return _page(request, form, _("Invite to %(topic)s") % {"topic": session.topic}, back)


@require_POST
def attendance_mark(request: SignedIn, pk: int, answer: str) -> HttpResponse:
    """Was there, missed it, or has the seat no longer."""
    desk_only(request.user)
    attendance = Attendance.objects.select_related("session", "person").filter(pk=pk).first()
    if attendance is None or not edits_session(request.user, attendance.session):
        raise NotVisible()
    if answer == "remove":
        training_changes.uninvite(attendance, actor=request.user)
    elif answer in ("attended", "missed"):
        training_marks.mark(attendance, attended=answer == "attended", actor=request.user)
    else:
        raise NotVisible()
    return done(request, reverse("session", args=[attendance.session_id]), message=_("Saved"))


def need_form(request: SignedIn) -> HttpResponse:
    """Enter a need by hand."""
    _leads(request)
    form = NeedForm(request.POST or None, teams=led_teams(request.user), people=invitable(request.user))
    if _is_kept(request, form, lambda: training_decisions.enter_need(form.need(), actor=request.user)):
        return done(request, reverse("training"), message=_("Saved"))
    return _page(request, form, _("New training need"), reverse("training"))


def _leads(request: SignedIn) -> None:
    desk_only(request.user)
    if not led_teams(request.user):
        raise NotAllowed()


def _session(request: SignedIn, pk: int) -> TrainingSession:
    """A session to change. Raises NotVisible, NotAllowed."""
    desk_only(request.user)
    session = sessions_seen(request.user).select_related("team", "skill").filter(pk=pk).first()
    if session is None:
        raise NotVisible()
    if not edits_session(request.user, session):
        raise NotAllowed()
    return session


def _is_kept(request: SignedIn, form: Any, command: Any) -> bool:
    return request.method == "POST" and form.is_valid() and kept(form, command)


def _page(request: SignedIn, form: Any, title: str, back: str, delete: str = "") -> HttpResponse:
    context = {"form": form, "title": title, "back_url": back, "delete_url": delete}
    return render(request, "training/form.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _confirm(request: SignedIn, row: object, words: str, back: str) -> HttpResponse:
    return render(request, "training/delete.html", {"row": row, "words": words, "back_url": back})
