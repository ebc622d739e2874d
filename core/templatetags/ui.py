"""Template tags for the small parts of the interface: pure presentation, duck-typed, no models.

A queue page draws hundreds of these, so each tag builds its markup once and caches what does not change. Everything
that comes from outside passes through `format_html`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from core.spoken_time import clock_time, compact_duration, day_and_time, full_date, time_ago, weekday_and_time

register = template.Library()

SPRITE = "icons/lucide.svg"
NUMERALS = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V"}
EMPTY = mark_safe("")
DASH = mark_safe('<span class="mute">–</span>')

PRIORITY_NAMES = {
    1: pgettext_lazy("priority", "Critical"),
    2: pgettext_lazy("priority", "High"),
    3: pgettext_lazy("priority", "Medium"),
    4: pgettext_lazy("priority", "Low"),
}
# status -> (shape, words for staff, words for the person who reported it)
STATUS_LOOKS = {
    "new": ("new", pgettext_lazy("ticket status", "New"), gettext_lazy("Received")),
    "open": ("open", gettext_lazy("In progress"), gettext_lazy("Being worked on")),
    "pending": ("wait", gettext_lazy("Waiting"), gettext_lazy("Being worked on")),
    "resolved": ("done", gettext_lazy("Resolved"), gettext_lazy("Solved, please check")),
    "closed": ("closed", pgettext_lazy("ticket status", "Closed"), pgettext_lazy("ticket status", "Closed")),
    "cancelled": ("closed", gettext_lazy("Cancelled"), gettext_lazy("Cancelled")),
}
REOPENED = ("reopen", gettext_lazy("Reopened"), gettext_lazy("Opened again"))
WAITING_LOOKS = {
    "requester": ("wait", gettext_lazy("Waiting for user"), gettext_lazy("Your reply needed")),
    "vendor": ("wait", gettext_lazy("Waiting for vendor"), gettext_lazy("Waiting for the supplier")),
    "change": ("wait", gettext_lazy("Waiting for a change"), gettext_lazy("Being worked on")),
    "problem": ("wait", gettext_lazy("Waiting for the cause"), gettext_lazy("Being worked on")),
    "scheduled": ("wait", gettext_lazy("Scheduled"), gettext_lazy("Scheduled")),
}
METER_TONES = frozenset({"", "warn", "bad", "good", "mute"})
RING = (
    '<svg class="ring" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.5"/><circle class="v" cx="6"'
    ' cy="6" r="4.5" pathLength="100" stroke-dasharray="{} 100" transform="rotate(-90 6 6)"/></svg>'
)


@lru_cache(maxsize=512)
def _icon_markup(name: str, size: str, label: str, static_url: str) -> SafeString:
    css = f"ic ic-{escape(size)}" if size else "ic"
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', css, meaning, static(SPRITE), name)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """Draw the Lucide icon `name`. `size` is "", "lg" or "xl"; with a `label` it speaks, without it is decoration."""
    return _icon_markup(str(name), str(size), str(label), settings.STATIC_URL)


@register.simple_tag
def avatar(person: Any, size: str = "", presence: str = "", named: bool = False) -> SafeString:
    """Draw a person's initials, or a dashed circle for nobody.

    `size` is "", "sm", "lg" or "xl"; `presence` is "", "here" or "writing". Beside the person's name the circle is
    decoration; pass `named=True` where it stands alone.
    """
    css = f"av av-{size}" if size else "av"
    if not person:
        meaning = format_html('role="img" aria-label="{}"', _("Unassigned")) if named else 'aria-hidden="true"'
        return format_html('<span class="{} av-none" {}>?</span>', css, mark_safe(meaning))
    name = str(getattr(person, "name", "") or person)
    meaning = format_html('role="img" aria-label="{}" title="{}"', name, name) if named else 'aria-hidden="true"'
    dot = {"here": '<span class="dot"></span>', "writing": '<span class="dot typing"></span>'}.get(presence, "")
    return format_html(
        '<span class="{}" data-h="{}" {}>{}{}</span>',
        css,
        getattr(person, "hue", 1),
        mark_safe(meaning),
        getattr(person, "initials", "") or name[:1].upper(),
        mark_safe(dot),
    )


@register.simple_tag
def tier_badge(tier: Any) -> SafeString:
    """Draw the rung of the ladder: `tier` is a number or an object with `level`. Nothing for no tier."""
    level = getattr(tier, "level", tier)
    if not level:
        return EMPTY
    return _tier_markup(int(level), get_language() or "en")


@lru_cache(maxsize=32)
def _tier_markup(level: int, language: str) -> SafeString:
    return format_html(
        '<span class="tier" data-tier="{}"><span class="visually-hidden">{} </span>{}</span>',
        level,
        _("Tier"),
        NUMERALS.get(level, level),
    )


@register.simple_tag
def priority_badge(priority: int | None, label: bool = False) -> SafeString:
    """Draw priority bars with "P2", or with "P2 High" when `label` is set. Nothing for no priority."""
    if not priority:
        return EMPTY
    return _priority_markup(int(priority), bool(label), get_language() or "en")


@lru_cache(maxsize=32)
def _priority_markup(priority: int, label: bool, language: str) -> SafeString:
    name = PRIORITY_NAMES.get(priority, "")
    words = format_html("P{} {}", priority, name) if label else format_html("P{}", priority)
    return format_html(
        '<span class="prio" data-p="{}"><i aria-hidden="true"><b></b></i><span>{}</span></span>', priority, words
    )


@register.simple_tag
def status_label(ticket: Any) -> SafeString:
    """Draw a ticket's status for staff: shape and word; waiting names whom we wait for."""
    shape, staff_words, _reporter_words = _status_look(ticket)
    return format_html('<span class="st" data-s="{}">{}</span>', shape, staff_words)


@register.simple_tag
def portal_status(ticket: Any) -> SafeString:
    """Draw a ticket's status in the words of the person who reported it. A needed answer is a violet tag."""
    shape, _staff_words, words = _status_look(ticket)
    if _read(ticket, "status") == "pending" and _read(ticket, "pending_reason") == "requester":
        return format_html('<span class="tag tag-violet tag-lg">{}{}</span>', icon("message-circle-reply"), words)
    return format_html('<span class="soft base"><span class="st" data-s="{}">{}</span></span>', shape, words)


def _status_look(ticket: Any) -> tuple[str, Any, Any]:
    status = str(_read(ticket, "status") or ticket)
    if status == "open" and _read(ticket, "reopen_count"):
        return REOPENED
    if status == "pending":
        return WAITING_LOOKS.get(str(_read(ticket, "pending_reason")), STATUS_LOOKS["pending"])
    return STATUS_LOOKS.get(status, ("closed", status, status))


@register.simple_tag
def sla_chip(time_left: Any, id: str = "") -> SafeString:
    """Draw the time left on a ticket.

    `time_left` has `state` (ok, warn, hot, over, pause, met, none), `share` (0 to 1 and above, of the target used),
    `remaining_seconds` (business time, negative when late), `due_at` (aware) and `waiting_for` (text). Optional:
    `is_running` (False while the calendar is closed) and `paused_seconds`. `id` makes the chip a swap target.
    """
    state = str(_read(time_left, "state") or "none")
    anchor = format_html(' id="{}"', id) if id else EMPTY
    if state == "none" or not time_left:
        return format_html('<span class="mute"{}>–</span>', anchor)
    due_at = _read(time_left, "due_at")
    title = format_html(' title="{}"', _("Due %(when)s") % {"when": full_date(due_at)}) if due_at else EMPTY
    return format_html(
        '<span class="sla" data-sla="{}"{}{}{}>{}<span class="t">{}</span></span>',
        state,
        anchor,
        title,
        _ticking(time_left, state, due_at),
        _sla_mark(state, _read(time_left, "share") or 0),
        _sla_words(time_left, state),
    )


def _ticking(time_left: Any, state: str, due_at: datetime | None) -> SafeString:
    """Data for the local clock. It only counts while the target itself does."""
    if state not in ("ok", "warn", "hot", "over") or _read(time_left, "is_running") is False:
        return EMPTY
    return format_html(
        ' data-left="{}" data-share="{}"{}',
        int(_read(time_left, "remaining_seconds") or 0),
        f"{float(_read(time_left, 'share') or 0):.4f}",
        format_html(' data-due="{}"', due_at.isoformat()) if due_at else EMPTY,
    )


def _sla_mark(state: str, share: float) -> SafeString:
    if state in ("over", "pause", "met"):
        return icon({"over": "flame", "pause": "pause", "met": "check"}[state])
    return mark_safe(RING.format(min(100, max(0, round(share * 100)))))


def _sla_words(time_left: Any, state: str) -> str:
    seconds = _read(time_left, "remaining_seconds")
    if state == "over":
        return _("%(duration)s over") % {"duration": compact_duration(max(60, -(seconds or 0) // 60 * 60), days=False)}
    if state == "pause":
        waiting_for = str(_read(time_left, "waiting_for") or _("Paused"))
        paused = _read(time_left, "paused_seconds")
        return f"{waiting_for}, {compact_duration(paused)}" if paused else waiting_for
    if state == "met":
        return _("Met")
    return compact_duration(max(0, seconds or 0), days=False)


@register.simple_tag
def duration(seconds: float | timedelta | None) -> str:
    """Say a length of time: "37m", "1h 43m", "2d" ("1j 43m", "2 hr" in Indonesian). Dash for nothing."""
    if seconds is None:
        return "–"
    return compact_duration(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)


@register.simple_tag
def business_duration(seconds: float | None) -> str:
    """Say a length of working time. It stays in hours: a working day is not 24 of them."""
    return "–" if seconds is None else compact_duration(seconds, days=False)


@register.simple_tag
def when(instant: datetime | None, style: str = "") -> SafeString:
    """Print an instant as people plan with it: "10:42", "yesterday 10:42", "19 Nov 10:42"; the title has the full date,
    to which clock.js adds how long ago that is when somebody asks.

    `style`: "both" prints both, "clock" only the time of day, "day" leads with the weekday: "Tue 24 Nov 09:00".
    """
    if not instant:
        return DASH
    words = {"clock": clock_time, "day": weekday_and_time}.get(style, day_and_time)(instant)
    if style == "both":
        words = f"{words} · {time_ago(instant)}"
    return format_html('<time datetime="{}" title="{}">{}</time>', instant.isoformat(), full_date(instant), words)


@register.simple_tag
def ago(instant: datetime | None) -> SafeString:
    """Print how long ago an instant was, in its shortest form ("3m", "2d"); the title has the full date."""
    if not instant:
        return DASH
    short = compact_duration(abs((timezone.now() - instant).total_seconds()), parts=1)
    return format_html('<time datetime="{}" title="{}">{}</time>', instant.isoformat(), full_date(instant), short)


@register.simple_tag
def key_hint(keys: str) -> SafeString:
    """Draw a keyboard hint: "E", "Shift+I", "G 1". Hidden from assistive technology: set `aria-keyshortcuts` too."""
    return _key_markup(str(keys))


@lru_cache(maxsize=128)
def _key_markup(keys: str) -> SafeString:
    caps = [cap for chord in keys.split() for cap in (chord.split("+") if len(chord) > 1 else [chord])]
    return format_html(
        '<span class="key-hint" aria-hidden="true">{}</span>',
        mark_safe("".join(f"<kbd>{escape(cap)}</kbd>" for cap in caps)),
    )


@register.simple_tag
def meter(share: float | None, label: str = "", tone: str = "") -> SafeString:
    """Draw a bar filled to `share` (0 to 1), as SVG: the page forbids inline styles. `tone`: warn, bad, good, mute."""
    width = min(100, max(0, round((share or 0) * 100)))
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="meter" data-tone="{}" viewBox="0 0 100 6" preserveAspectRatio="none" {}>'
        '<rect class="v" width="{}" height="6"/></svg>',
        tone if tone in METER_TONES else "",
        meaning,
        width,
    )


@register.simple_tag(takes_context=True)
def current_page(context: Context, url_name: str, *args: Any) -> SafeString:
    """Print ` aria-current="page"` when the page being drawn is `url_name` (with these positional values)."""
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None or match.url_name != url_name:
        return EMPTY
    values = [str(value) for value in (*match.args, *match.kwargs.values())]
    if any(str(arg) not in values for arg in args):
        return EMPTY
    return mark_safe(' aria-current="page"')


def _read(source: Any, name: str) -> Any:
    """Read `name` from an object or a mapping; None when it has no such thing."""
    return source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
