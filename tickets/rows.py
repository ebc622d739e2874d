"""One ticket as a row of a list. A page draws fifty of them, so what repeats is drawn once and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.templatetags.ui import DASH, ago, avatar, icon, priority_badge, sla_chip, status_label, tier_badge, when

BOUNCES_SHOWN = 2
TAGS_SHOWN = 3
NOTHING = format_html("{}", "")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Attributes:
        css: the classes of its cells; sort: what its heading sorts by, a key of `paging.SORTS`.
        draw: (ticket, time left) -> what stands in the cell.
    """

    label: Any
    css: str
    draw: Callable[[Any, Any], SafeString]
    sort: str = ""
    is_descending: bool = False


def row(
    ticket: Any,
    left: Any,
    columns: Sequence[str] = (),
    *,
    href: str = "",
    oob: bool = False,
    is_selected: bool = False,
    is_unread: bool = False,
    tags: Iterable[Mapping[str, str]] | None = None,
    snippet: str = "",
    writer: Any = None,
) -> SafeString:
    """A table row; on phones a two-line card. Its id is the place where a later state of it is swapped in.

    Args:
        left: what is left of its promise, as `reading.time_left` says it.
        href: where the subject leads; the ticket's own page by default.
        oob: for an answer that brings a changed row to an open page.
        tags: labels behind the subject ({label, icon?, tone?}); those of the ticket by default.
    """
    css = "r unread" if is_unread else "r"
    shown = tags_of(ticket) if tags is None else tags
    subject = _subject(ticket, href or ticket.get_absolute_url(), shown, snippet, writer, is_unread)
    names = tuple(columns) or DEFAULT_COLUMNS
    return format_html(
        _frame(names),
        f"{css} is-selected" if is_selected else css,
        ticket.pk,
        ticket.pk,
        _oob() if oob else NOTHING,
        ticket.pk,
        _("Select %(key)s") % {"key": ticket.key},
        _checked() if is_selected else NOTHING,
        *(subject if name == "subject" else COLUMNS[name].draw(ticket, left) for name in names),
    )


@lru_cache(maxsize=256)
def _frame(columns: tuple[str, ...]) -> str:
    """The row without what differs from ticket to ticket; one call fills it in."""
    return (
        '<tr class="{}" id="row-{}" data-row="{}"{}><td class="c-check"><input class="form-check-input" type="checkbox"'
        ' name="ticket" value="{}" data-select aria-label="{}"{}></td>'
        + "".join(f'<td class="{COLUMNS[name].css}">{{}}</td>' for name in columns)
        + "</tr>"
    )


def item(
    ticket: Any,
    left: Any,
    *,
    href: str,
    preview: str,
    is_current: bool = False,
    is_unread: bool = False,
    oob: bool = False,
) -> SafeString:
    """The same ticket in the list beside a preview.

    Args:
        href: the page with this ticket in the preview.
        preview: where the preview alone is, for a page that swaps it in.
    """
    return format_html(
        '<a class="{}" id="li-{}" href="{}" hx-get="{}" data-row="{}" data-row-link{}{}>{}'
        '<span class="t trunc" lang="{}">{}</span>{}<span class="m"><span class="num">{}</span>'
        '<span class="trunc">{}</span>{}<span class="who">{}</span></span></a>',
        "li unread" if is_unread else "li",
        ticket.pk,
        href,
        preview,
        ticket.pk,
        _current() if is_current else NOTHING,
        _oob() if oob else NOTHING,
        priority_badge(ticket.priority),
        ticket.language,
        ticket.subject,
        sla_chip(left),
        ticket.pk,
        ticket.requester.short_name,
        _presence(ticket.pk),
        avatar(ticket.assignee, "sm", named=True),
    )


def tags_of(ticket: Any) -> list[dict[str, str]]:
    """What stands behind the subject: a ticket that keeps coming back says so."""
    if getattr(ticket, "return_count", 0) < BOUNCES_SHOWN:
        return []
    return [{"label": _("%(n)s bounces") % {"n": ticket.return_count}, "icon": "repeat"}]


def _oob() -> SafeString:
    return format_html(' hx-swap-oob="{}"', "true")


def _current() -> SafeString:
    return format_html(' aria-current="{}"', "true")


def _checked() -> SafeString:
    return format_html(" {}", "checked")


def _subject(
    ticket: Any, href: str, tags: Iterable[Mapping[str, str]], snippet: str, writer: Any, is_unread: bool
) -> SafeString:
    return format_html(
        '<div class="subj"><span class="subj-main"><a class="trunc" href="{}" data-row-link lang="{}">{}</a>{}{}{}{}'
        "</span>{}</div>",
        href,
        ticket.language,
        ticket.subject,
        format_html_join("", "{}", ((_tag(tag),) for tag in tags)),
        _presence(ticket.pk),
        _writing(writer) if writer else NOTHING,
        format_html('<span class="visually-hidden">{}</span>', _("waits for us")) if is_unread else NOTHING,
        format_html('<span class="snip trunc hide-md">{}</span>', snippet) if snippet else NOTHING,
    )


def _presence(pk: int) -> SafeString:
    """Where an open page shows who else is on the ticket."""
    return format_html('<span data-presence="{}"></span>', pk)


def _tag(tag: Mapping[str, str]) -> SafeString:
    tone = f" tag-{tag['tone']}" if tag.get("tone") else ""
    mark = icon(tag["icon"]) if tag.get("icon") else NOTHING
    return format_html('<span class="tag{}">{}{}</span>', tone, mark, tag["label"])


def _writing(writer: Any) -> SafeString:
    return format_html('<span class="tag tag-amber tag-av">{}{}</span>', avatar(writer, "sm"), _("writing"))


def _owner(ticket: Any, _left: Any) -> SafeString:
    person = ticket.assignee
    if person is None:
        return _nobody(get_language() or "en")
    return _owner_markup(person.name, person.short_name, getattr(person, "hue", 1), person.initials)


@lru_cache(maxsize=2048)
def _owner_markup(name: str, short_name: str, hue: int, initials: str) -> SafeString:
    face = format_html('<span class="av av-sm" data-h="{}" aria-hidden="true">{}</span>', hue, initials)
    return format_html('<span class="row-c">{}<span class="trunc soft">{}</span></span>', face, short_name)


@lru_cache(maxsize=8)
def _nobody(language: str) -> SafeString:
    return format_html('<span class="row-c">{}<span class="mute">{}</span></span>', avatar(None, "sm"), _("Nobody"))


@lru_cache(maxsize=256)
def _status_markup(status: str, reason: str, is_reopened: bool, language: str) -> SafeString:
    return status_label({"status": status, "pending_reason": reason, "reopen_count": is_reopened})


def _status(ticket: Any, _left: Any) -> SafeString:
    reopened = bool(getattr(ticket, "reopen_count", 0))
    return _status_markup(str(ticket.status), str(ticket.pending_reason), reopened, get_language() or "en")


def _left(ticket: Any, left: Any) -> SafeString:
    return sla_chip(left, id=f"sla-{ticket.key}")


def _named(thing: Any) -> SafeString:
    return format_html("{}", thing.label) if thing is not None else DASH


def _tags(ticket: Any, _left: Any) -> SafeString:
    shown = format_html_join(" ", '<span class="tag tag-line">{}</span>', ((tag,) for tag in ticket.tags[:TAGS_SHOWN]))
    more = len(ticket.tags) - TAGS_SHOWN
    return format_html('{} <span class="mute">+{}</span>', shown, more) if more > 0 else shown


COLUMNS: dict[str, Column] = {
    "prio": Column(gettext_lazy("Prio"), "c-prio", lambda t, _l: priority_badge(t.priority), "priority"),
    "id": Column(gettext_lazy("ID"), "c-id id", lambda t, _l: format_html("{}", t.pk)),
    "subject": Column(gettext_lazy("Subject"), "c-subj", lambda _t, _l: NOTHING, "subject"),
    "requester": Column(
        gettext_lazy("Requester"), "c-who soft hide-md trunc", lambda t, _l: format_html("{}", t.requester), "requester"
    ),
    "tier": Column(gettext_lazy("Tier"), "c-tier", lambda t, _l: tier_badge(t.tier)),
    "team": Column(gettext_lazy("Team"), "c-team soft hide-md trunc", lambda t, _l: _named(t.team), "team"),
    "service": Column(
        gettext_lazy("Service"), "c-service soft hide-md trunc", lambda t, _l: _named(t.service), "service"
    ),
    "tags": Column(gettext_lazy("Tags"), "c-tags hide-md", _tags),
    "owner": Column(gettext_lazy("Owner"), "c-owner", _owner, "owner"),
    "status": Column(gettext_lazy("Status"), "c-status soft hide-md", _status, "status"),
    "left": Column(gettext_lazy("Time left"), "c-left", _left, "due"),
    "opened": Column(
        gettext_lazy("Opened"), "c-opened mute num xs hide-md", lambda t, _l: when(t.opened_at), "opened", True
    ),
    "updated": Column(
        gettext_lazy("Updated"), "c-upd mute num xs hide-md", lambda t, _l: ago(t.updated_at), "updated", True
    ),
}
DEFAULT_COLUMNS = ("prio", "id", "subject", "requester", "tier", "owner", "status", "left", "updated")
