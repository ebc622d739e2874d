"""Tags in a ticket's head: put on, taken off, and suggested from those in use."""

from __future__ import annotations

from collections import Counter

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedIn
from core.errors import DomainError
from tickets import commands
from tickets.models import Ticket
from tickets.tags import normal_tag
from tickets.texts import plain
from tickets.undo import undoable
from tickets.views.desk import agents_only
from tickets.views.quick import stepped
from tickets.views.workspace import at_desk, dialog

SUGGESTED = 20
# the newest tickets with tags say which are in use; one query of the same size however many tickets there are
LOOKED_AT = 1_000


def desk_tags(request: SignedIn, key: str) -> HttpResponse:
    """Put a tag on or take one off; on GET the form as a dialog or a page."""
    ticket = at_desk(request, key)
    used = used_tags(request.user, "")
    if request.method != "POST":
        return dialog(request, ticket, "desk/_tag_dialog.html", used=used)
    add, remove = request.POST.getlist("add"), request.POST.getlist("remove")
    before = ticket.version
    try:
        commands.tag(ticket, actor=request.user, add=add, remove=remove)
    except DomainError as error:
        if request.htmx:
            raise  # the line under the head says it, and what was typed stays
        return dialog(request, ticket, "desk/_tag_dialog.html", error=error, used=used)
    event = undoable(ticket, request.user) if ticket.version != before else None
    undo_url = reverse("undo", args=[ticket.key, event.pk]) if event else ""
    said = _("Tags: %(tags)s") % {"tags": ", ".join(ticket.tags) or _("none")}
    response = stepped(request, ticket, said, undo_url=undo_url)
    if request.htmx and add:
        response.write(render(request, "desk/_tag_form.html", {"ticket": ticket, "oob": True}).content)
    return response


def tag_suggestions(request: SignedIn) -> HttpResponse:
    """Fragment: tags in use that hold what is being typed, as options of a datalist."""
    agents_only(request)
    return render(
        request, "desk/_tag_options.html", {"used": used_tags(request.user, request.GET.get("add", "").strip())}
    )


def used_tags(user: User, part: str) -> list[str]:
    """Tags on tickets this person sees, the most used first, at most 20; those that begin with `part` before others."""
    wanted = normal_tag(plain(part))
    tagged = Ticket.objects.staffed_by(user).exclude(tags=[]).order_by("-pk").values_list("tags", flat=True)
    counted = Counter(tag for tags in tagged[:LOOKED_AT] for tag in tags if wanted in tag)
    return [
        tag
        for tag, _count in sorted(
            counted.items(), key=lambda item: (not item[0].startswith(wanted), -item[1], item[0])
        )[:SUGGESTED]
    ]
