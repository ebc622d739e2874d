"""A ticket an agent writes down for somebody on the telephone."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Invalid, NotVisible
from core.htmx import UNPROCESSABLE, done
from tickets import commands
from tickets.callers import callers as all_callers
from tickets.callers import card_of, find_callers, new_caller
from tickets.choices import Channel
from tickets.models import Draft, Ticket
from tickets.models.ticket import Submission
from tickets.phone_templates import offered
from tickets.texts import checked_body
from tickets.typed import stashed
from tickets.views.desk import agents_only
from tickets.views.reporting import form_context, report_from

KEPT_FIELDS = ("requester", "caller", "subject", "description", "category", "stops", "owner", "solution")
NEW_CALLER_FIELDS = ("caller_name", "caller_phone", "caller_email")
MOST_DRAFT = 150_000


def desk_new(request: SignedIn) -> HttpResponse:
    """The form on GET; on POST the ticket, opened for the caller, or the form again with whom or what was asked for."""
    agents_only(request)
    if request.method != "POST":
        draft = Draft.objects.filter(user=request.user, ticket=None, mode=Draft.Mode.PHONE).first()
        return _form(request, stashed(request) or request.GET or (draft.data if draft else {}))
    typed = request.POST
    if "template" in typed:
        return _form(request, typed.dict() | _from_template(request, typed["template"]))
    if "find" in typed:
        return _form(request, typed)
    try:
        ticket = _open(request)
    except Invalid as error:
        return _form(request, typed, error.fields or {"": [error.message]}, status=UNPROCESSABLE)
    Draft.objects.filter(user=request.user, ticket=None, mode=Draft.Mode.PHONE).delete()
    said = _("%(key)s is resolved.") if "resolve" in typed else _("%(key)s is open.")
    return done(request, ticket.get_absolute_url(), message=said % {"key": ticket.key})


def callers(request: SignedIn) -> HttpResponse:
    """Fragment: people who fit what is typed, as a list to choose from."""
    typed = request.GET.get("requester", "")
    return render(request, "desk/_callers.html", {"callers": find_callers(request.user, typed), "q": typed.strip()})


def caller_card(request: SignedIn) -> HttpResponse:
    """Fragment: whom the agent talks to, with what is open for them already."""
    agents_only(request)
    person = _person(request.GET.get("caller", ""))
    if person is None:
        raise NotVisible()
    return render(request, "desk/_caller.html", card_of(request.user, person))


@require_POST
def phone_draft(request: SignedIn) -> HttpResponse:
    """Keep what is being written down while the caller talks."""
    agents_only(request)
    wanted = (*KEPT_FIELDS, *NEW_CALLER_FIELDS)
    data = {name: text for name, text in request.POST.items() if name in wanted or name.startswith("intake.")}
    if not data.get("caller"):
        # half a name would stand in the way of the next call
        data.pop("requester", None)
    if sum(len(str(text)) for text in data.values()) <= MOST_DRAFT:
        defaults = {"data": data, "body": ""}
        Draft.objects.update_or_create(user=request.user, ticket=None, mode=Draft.Mode.PHONE, defaults=defaults)
    return HttpResponse(status=204)


def _form(
    request: SignedIn, typed: Any, errors: dict[str, list[str]] | None = None, *, status: int = 200
) -> HttpResponse:
    context = form_context(request, typed, errors or {})
    caller = _person(typed.get("caller", ""))
    context |= card_of(request.user, caller) if caller else {"person": None}
    if caller is None and typed.get("requester"):
        context["found"] = find_callers(request.user, typed["requester"])
    context |= {
        "offered": offered(request.user),
        "is_mine": typed.get("owner", "me") == "me",
        "is_new": any(typed.get(name) for name in NEW_CALLER_FIELDS),
    }
    return render(request, "desk/new_ticket.html", context, status=status)


def _open(request: SignedIn) -> Ticket:
    """Caller, ticket, owner and solution in one piece: nothing is left behind when one of them is refused."""
    typed, me = request.POST, request.user
    solution = checked_body(typed.get("solution", ""), "solution") if "resolve" in typed else ""
    is_mine = bool(solution) or typed.get("owner") == "me"
    with transaction.atomic():
        # a form sent twice at once: the second waits, and finds what the first wrote down
        User.objects.select_for_update(no_key=True).get(pk=me.pk)
        ticket = commands.open(
            report_from(typed),
            actor=me,
            requester=_caller(typed, me),
            channel=Channel.PHONE,
            submission_key=typed.get("submission_key", "")[:255] or None,
            team=next(iter(me.hats.my_teams), None) if is_mine else None,
        )
        # sent twice, the ticket is there already, and may have gone on
        ticket.refresh_from_db()
        if is_mine and ticket.assignee_id is None and ticket.is_live and _may_take(ticket, me):
            commands.assign(ticket, actor=me, assignee=me)
        if solution and ticket.is_live:
            commands.resolve(ticket, actor=me, resolution=solution)
    return ticket


def _may_take(ticket: Ticket, person: User) -> bool:
    return ticket.team_id is None or person.hats.works_for(ticket.team_id)


def _caller(typed: Any, agent: User) -> User:
    """The one chosen; the only one who fits the words; or somebody new.

    Raises:
        Invalid: nobody, or several fit.
    """
    if chosen := _person(typed.get("caller", "")):
        return chosen
    if any(typed.get(name, "").strip() for name in NEW_CALLER_FIELDS):
        fields = {name.removeprefix("caller_"): typed.get(name, "") for name in NEW_CALLER_FIELDS}
        return _written_before(typed, agent) or new_caller(actor=agent, **fields)
    words = typed.get("requester", "").strip()
    if exact := all_callers().filter(email=words.lower()).first():
        return exact
    found = find_callers(agent, words)
    if len(found) == 1:
        return found[0].person
    raise Invalid.field("requester", _("Choose the caller from the list, or add them as new."))


def _written_before(typed: Any, agent: User) -> User | None:
    """The new caller of the same form, when it is sent a second time."""
    sent = Submission.objects.filter(user=agent, key=typed.get("submission_key", "")[:255])
    before = sent.select_related("ticket__requester").first()
    return before.ticket.requester if before and before.ticket else None


def _person(number: str) -> User | None:
    pk = whole_number(number)
    return all_callers().select_related("site", "department").filter(pk=pk).first() if pk else None


def _from_template(request: SignedIn, number: str) -> dict[str, str]:
    template = next((one for one in offered(request.user) if str(one.pk) == number), None)
    if template is None:
        raise NotVisible()
    category = template.category.slug if template.category else ""
    return {"subject": template.subject, "description": template.description, "category": category}
