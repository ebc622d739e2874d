"""The editors of calendars and policies: each saves a draft and leads to what it would change."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Conflict, DomainError, Invalid
from core.htmx import UNPROCESSABLE, done
from escalation.commands import promises
from escalation.commands.wording import Version
from escalation.described import Kept
from escalation.forms.calendar import CalendarForm
from escalation.forms.policy import PolicyForm
from escalation.models import BusinessCalendar, Recount, SlaPolicy
from escalation.policy_definition import PolicyError
from escalation.views.promises import CALENDAR, LIST_URL, POLICY, keeper, kept_by
from escalation.working_calendar import CalendarError
from tickets.condition_forms.moving import is_redraw, press_of
from tickets.typed import stashed_form


def calendar_new(request: SignedIn) -> HttpResponse:
    """A new calendar; nobody uses it yet, so it is in force as soon as it is saved."""
    keeper(request)
    if request.method != "POST":
        kept_form = stashed_form(request)
        return _draw_calendar(request, CalendarForm(kept_form).redrawn() if kept_form else CalendarForm(), None)
    form = CalendarForm(request.POST)
    if again := _calendar_redrawn(request, form):
        return _draw_calendar(request, again, None)
    if not form.is_valid():
        return _draw_calendar(request, form, None, status=UNPROCESSABLE)
    try:
        made = promises.create_calendar(form.name, form.definition(), actor=request.user, note=_note(request))
    except Invalid as error:
        return _refuse_calendar(request, form, None, error)
    return done(request, reverse(CALENDAR, args=[made.pk]), message=_("The calendar is ready to be used by policies."))


def calendar_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a calendar: saved as a draft, and counted to see what it would change."""
    calendar: Any = kept_by(request, CALENDAR, pk)
    if request.method != "POST":
        if kept_form := stashed_form(request):
            form, note = CalendarForm(kept_form).redrawn(), kept_form.get("note", "")
            return _draw_calendar(request, form, calendar, seen=_seen_in(kept_form), note=note)
        form, trouble = _calendar_form(request, calendar)
        return _draw_calendar(request, form, calendar, trouble=trouble)
    form = CalendarForm(request.POST)
    if again := _calendar_redrawn(request, form):
        return _draw_calendar(request, again, calendar, seen=_seen_in(request.POST))
    if not form.is_valid():
        return _draw_calendar(request, form, calendar, seen=_seen_in(request.POST), status=UNPROCESSABLE)
    try:
        recount = promises.change_calendar(
            calendar, form.name, form.definition(), seen=_seen_in(request.POST), actor=request.user, note=_note(request)
        )
    except (Invalid, Conflict) as error:
        return _refuse_calendar(request, form, calendar, error)
    return _on(request, recount, calendar, CALENDAR)


def policy_new(request: SignedIn) -> HttpResponse:
    """A new policy: off until its draft is put in force."""
    keeper(request)
    if not BusinessCalendar.objects.filter(current__isnull=False).exists():
        return done(request, reverse("calendar_new"), message=_("A policy needs a calendar. Write one first."))
    if request.method != "POST":
        kept_form = stashed_form(request)
        return _draw_policy(request, PolicyForm(kept_form).redrawn() if kept_form else PolicyForm(), None)
    return _policy_sent(request, PolicyForm(request.POST), None)


def policy_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a policy: saved as a draft, and counted to see what it would change."""
    policy: Any = kept_by(request, POLICY, pk)
    if request.method != "POST":
        if kept_form := stashed_form(request):
            return _draw_policy(
                request, PolicyForm(kept_form, policy=policy).redrawn(), policy, seen=_seen_in(kept_form)
            )
        opened: Any = _opened(request, policy)
        stored = {"definition": opened.definition, "calendar": opened.calendar} if opened else {}
        try:
            return _draw_policy(request, PolicyForm(policy=policy, **stored), policy)
        except PolicyError as error:
            return _draw_policy(request, PolicyForm(policy=policy), policy, trouble=str(error))
    newest: Any = _newest(policy)
    return _policy_sent(request, PolicyForm(request.POST, policy=policy, definition=_levels(newest)), policy)


def _policy_sent(request: SignedIn, form: PolicyForm, policy: SlaPolicy | None) -> HttpResponse:
    action = request.POST.get("action", "")
    if is_redraw(action):
        return _draw_policy(request, form.redrawn(press_of(action)), policy, seen=_seen_in(request.POST))
    is_valid = form.is_valid()
    if not is_valid or request.POST.get("action") == "check":
        return _draw_policy(
            request, form, policy, seen=_seen_in(request.POST), checked=True, status=200 if is_valid else UNPROCESSABLE
        )
    try:
        if policy is None:
            recount: Recount | None = promises.create_policy(form.wording(), actor=request.user)
        else:
            recount = promises.change_policy(policy, form.wording(), seen=_seen_in(request.POST), actor=request.user)
    except (Invalid, Conflict) as error:
        fields = error.fields if isinstance(error, Invalid) else {}
        for field, texts in fields.items():
            form.place(field, " ".join(texts))
        if fields:
            return _draw_policy(request, form, policy, seen=_seen_in(request.POST), status=UNPROCESSABLE)
        # the newest version's number goes into the page: sending again is with open eyes
        return _draw_policy(request, form, policy, trouble=error.message, status=error.status)
    return _on(request, recount, policy, POLICY)


def _draw_policy(
    request: SignedIn, form: PolicyForm, policy: SlaPolicy | None, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {"form": form, "is_new": policy is None, "policy": policy, "cancel_url": _back(policy, POLICY)}
    context["seen"] = extra.pop("seen", None) or _newest_number(policy)
    return render(request, "promises/policy_form.html", {**context, **extra}, status=status)


def _draw_calendar(
    request: SignedIn, form: CalendarForm, calendar: BusinessCalendar | None, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {"form": form, "is_new": calendar is None, "cancel_url": _back(calendar, CALENDAR)}
    context["version"] = extra.pop("seen", None) or _newest_number(calendar)
    context["note"] = _note(request)
    return render(request, "promises/calendar_form.html", {**context, **extra}, status=status)


def _refuse_calendar(
    request: SignedIn, form: CalendarForm, calendar: BusinessCalendar | None, error: DomainError
) -> HttpResponse:
    fields = error.fields if isinstance(error, Invalid) else {}
    for field, texts in fields.items():
        form.basics.add_error(field if field in form.basics.fields else None, texts)
    if fields:
        return _draw_calendar(request, form, calendar, seen=_seen_in(request.POST), status=UNPROCESSABLE)
    # the newest version's number goes into the page: sending again is with open eyes
    return _draw_calendar(request, form, calendar, trouble=error.message, status=error.status)


def _calendar_form(request: SignedIn, calendar: BusinessCalendar) -> tuple[CalendarForm, str]:
    opened = _opened(request, calendar)
    try:
        return CalendarForm(definition=opened.definition if opened else None, name=calendar.name), ""
    except CalendarError as error:
        return CalendarForm(name=calendar.name), str(error)


def _calendar_redrawn(request: SignedIn, form: CalendarForm) -> CalendarForm | None:
    action = request.POST.get("action")
    if action == "import":
        return form.with_imported()
    return form.redrawn() if action == "rows" else None


def _on(request: SignedIn, recount: Recount | None, owner: Kept | None, kind: str) -> HttpResponse:
    if recount is not None:
        return done(request, reverse("recount", args=[recount.pk]))
    said = _("Saved. What is promised stays as it is in force.")
    return done(request, _back(owner, kind), message=said)


def _opened(request: SignedIn, owner: Kept) -> Version | None:
    """The version asked for, else the one in force, else the newest draft."""
    number = whole_number(request.GET.get("version", ""))
    asked: Any = owner.versions.filter(number=number).first() if number is not None else None
    return asked or owner.current or _newest(owner)


def _newest(owner: Kept) -> Version | None:
    found: Any = owner.versions.first()
    return found  # type: ignore[no-any-return]


def _newest_number(owner: Kept | None) -> int | None:
    newest = _newest(owner) if owner else None
    return newest.number if newest else None


def _levels(version: Any) -> Any:
    """The stored wording, for its rows of tiers that are gone; None when it cannot be read."""
    try:
        PolicyForm(definition=version.definition)
    except (PolicyError, AttributeError):
        return None
    return version.definition


def _back(owner: Kept | None, kind: str) -> str:
    return reverse(kind, args=[owner.pk]) if owner else reverse(LIST_URL)


def _note(request: SignedIn) -> str:
    return request.POST.get("note", "").strip()


def _seen_in(sent: QueryDict) -> int:
    return whole_number(sent.get("version", "")) or 0
