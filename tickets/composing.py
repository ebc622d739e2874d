"""The place where staff write, as far as it is kept on the server: drafts, replies under way, how long those wait."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedIn
from core.cleaning import whole_number
from tickets.commands._drafts import clear
from tickets.commands.departing import LONGEST_DELAY
from tickets.markup import pictures_of, to_html
from tickets.models import Attachment, Departure, Draft, Message, Ticket
from tickets.texts import plain
from tickets.typed import stashed

USUAL_DELAY = 10
DELAY_COOKIE = "send_delay"
LONGEST_DRAFT = 150_000


def delay_of(request: SignedIn) -> int:
    """Seconds a reply waits before it leaves, 0 to 60, as chosen in this browser (`/me/preferences/`)."""
    chosen = whole_number(request.COOKIES.get(DELAY_COOKIE, ""))
    return USUAL_DELAY if chosen is None else min(chosen, LONGEST_DELAY)


def departures_of(user: User, ticket: Ticket) -> list[Departure]:
    """What this person has sent on the ticket and could still take back."""
    return list(Departure.objects.of(user.pk, ticket.pk))


def composer(request: SignedIn, ticket: Ticket, verbs: set[str], *, has_drafts: bool = True) -> dict[str, Any]:
    """Both drafts and where they go; the mode is what the address asks for, never guessed."""
    kept_here = Draft.objects.filter(user=request.user, ticket=ticket) if has_drafts else ()
    drafts = {draft.mode: draft for draft in kept_here}
    typed = stashed(request)
    mode = request.GET.get("write", "") or typed.get("mode", "")
    base = f"/desk/t/{ticket.key}/"

    def half(name: str, verb: str) -> dict[str, Any] | None:
        if verb not in verbs:
            return None
        sent = typed.get("body", "") if typed.get("mode") == name else ""
        draft = drafts.get(name)
        body = sent or (draft.body if draft else "")
        kept = kept_files(draft) if draft else []
        return {
            "url": f"{base}{name}/",
            "draft_url": f"{base}draft/",
            "mentions_url": f"{base}mentions/",
            "preview_url": f"{base}draft/preview/",
            "canned_url": f"{base}saved-replies/",
            "body": body,
            "preview": to_html(body, pictures_of(kept)) if body and "preview" in request.GET and mode == name else "",
            "dedupe_key": secrets.token_urlsafe(12),
            "kept": kept,
            "outside": name == Draft.Mode.REPLY and is_first_outside(request.user, ticket),
        }

    return {
        "mode": mode if mode in ("reply", "note") else "",
        "reply": half("reply", "follow_up" if "follow_up" in verbs else "reply"),
        "note": half("note", "note"),
        "came_back": drafts[Draft.Mode.REPLY].came_back if Draft.Mode.REPLY in drafts else [],
        "via": _("Email and portal"),
        "goes_to": [ticket.requester],
        "then_choices": [("", _("In progress")), ("requester", _("Waiting for requester"))],
    }


def is_first_outside(user: User, ticket: Ticket) -> bool:
    """Whether a reply would be the first that goes to this requester's address at a domain none of the staff has. Asks
    nothing where the requester shares the writer's own domain.
    """
    domain = ticket.requester.email.rpartition("@")[2]
    if domain == user.email.rpartition("@")[2]:
        return False
    if User.objects.filter(memberships__isnull=False, email__endswith=f"@{domain}").exists():
        return False
    written = Message.objects.filter(ticket__requester_id=ticket.requester_id, is_public=True, by_staff=True)
    return not written.exists() and not Departure.objects.filter(ticket__requester_id=ticket.requester_id).exists()


def kept_files(draft: Draft) -> list[Attachment]:
    """The files that came back with a reply that was taken back; asks nothing where there are none."""
    return unsent_files(draft.user_id, draft.data.get("attachments", []))


def unsent_files(user_id: int, wanted: Sequence[int]) -> list[Attachment]:
    """Those of a person's uploads that no message took with it."""
    if not wanted:
        return []
    return list(Attachment.objects.filter(pk__in=wanted, uploaded_by_id=user_id, ticket__isnull=True))


def keep_draft(user: User, ticket: Ticket, mode: str, body: str) -> None:
    """Before anything can refuse it, the text is safe on the server; sending removes it again."""
    text = body[:LONGEST_DRAFT].replace("\x00", "")
    if text.strip():
        Draft.objects.update_or_create(user=user, ticket=ticket, mode=mode, defaults={"body": text})
        return
    with transaction.atomic():
        for draft in Draft.objects.select_for_update().filter(user=user, ticket=ticket, mode=mode):
            clear(draft, draft.came_back)


def add_to_draft(user: User, ticket: Ticket, mode: str, text: str) -> None:
    """Put a text at the end of what somebody is writing, a blank line between."""
    draft = Draft.objects.filter(user=user, ticket=ticket, mode=mode).first()
    keep_draft(user, ticket, mode, "\n\n".join(part for part in (draft.body.rstrip() if draft else "", text) if part))


def just_sent(ticket: Ticket, author: User, body: str) -> bool:
    """Whether these words went out a moment ago: a late autosave must not bring a sent reply back as a draft."""
    words = plain(body).strip()
    newest = ticket.messages.filter(author=author).order_by("-pk").first()
    return (newest is not None and newest.body == words) or any(
        departure.body == words for departure in departures_of(author, ticket)
    )
