"""Every component on one page, drawn by the real partials with invented data. Only where the product is built."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe

from tickets.bulk.actions import bar_for
from tickets.lists.asked import Asked
from tickets.views.queues import heads

COLOURS = [
    "bg",
    "surface",
    "sunken",
    "hover",
    "selected",
    "accent",
    "accent-soft",
    "red-solid",
    "red-soft",
    "amber-soft",
    "green-soft",
    "blue-soft",
    "violet-soft",
    "grey-soft",
    "note-bg",
]
REPORTED = "Sejak jam 08.10 VPN tersambung (ikon hijau), tapi menu Pembayaran di ERP selalu timeout."
ASKED = "Bu Rina, di jendela VPN ada tulisan profil. Apakah tertulis HQ-Split atau HQ-Full?"
NOTED = "Ping ke 10.20.4.11 RTO dari profil HQ-Split, tapi normal dari LAN Surabaya. Perlu cek log firewall."


class SampleForm(forms.Form):
    """A form with one of each field, shown with its errors."""

    subject = forms.CharField(
        label="Subject", help_text="One sentence.", error_messages={"required": "Say what is happening"}
    )
    impact = forms.ChoiceField(
        label="How much does it stop you?",
        widget=forms.RadioSelect,
        choices=[("one", "I can work"), ("task", "One task is stuck")],
        initial="task",
    )
    service = forms.ChoiceField(
        label="Service", choices=[("vpn", "Office VPN"), ("erp", "ERP Finance")], required=False
    )
    follow = forms.BooleanField(label="Follow this ticket", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.layout = Layout("subject", Field("impact", wrapper_class="as-cards"), "service", "follow")


class Person(SimpleNamespace):
    """A stand-in that prints as its name, as a user does."""

    def __str__(self) -> str:
        return str(self.name)


def _person(name: str, hue: int) -> Person:
    words = name.split()
    return Person(name=name, short_name=words[0], initials=words[0][0] + words[-1][0], hue=hue)


RINA = _person("Rina Wulandari", 2)
BAYU = _person("Bayu Pratama", 1)
NADIA = _person("Nadia Kusuma", 4)
RATNA = _person("Ratna Sari", 3)


def ticket(pk: int, subject: str, status: str, **more: Any) -> SimpleNamespace:
    """A stand-in for a ticket as the queue shows it."""
    now = timezone.now()
    facts: dict[str, Any] = {
        "pk": pk,
        "key": f"INC-{pk}",
        "version": 3,
        "subject": subject,
        "status": status,
        "pending_reason": "",
        "reopen_count": 0,
        "priority": 2,
        "requester": RINA,
        "assignee": BAYU,
        "tier": 2,
        "language": "id",
        "updated_at": now - timedelta(minutes=12),
        "get_absolute_url": lambda: f"#row-{pk}",
    }
    return SimpleNamespace(**(facts | more))


def time_left(state: str, share: float, minutes: int, **more: Any) -> SimpleNamespace:
    """A stand-in for the escalation clock's answer."""
    due_at = timezone.now() + timedelta(minutes=minutes)
    facts = {"state": state, "share": share, "remaining_seconds": minutes * 60, "due_at": due_at, "waiting_for": ""}
    return SimpleNamespace(**(facts | more))


def message(pk: int, author: Person, body: str, at: datetime, **more: Any) -> SimpleNamespace:
    """A stand-in for something written on a ticket."""
    facts: dict[str, Any] = {
        "pk": pk,
        "author": author,
        "kind": "reply",
        "is_public": True,
        "by_staff": False,
        "body": body,
        "created_at": at,
        "get_channel_display": "portal",
        "attachments": SimpleNamespace(all=[]),
    }
    return SimpleNamespace(**(facts | more))


def queue_rows() -> list[dict[str, Any]]:
    """Rows in every state a queue can show."""
    return [
        {
            "ticket": ticket(
                10431, "WMS Surabaya: scanner tidak bisa login setelah pindah VLAN", "open", priority=1, assignee=RATNA
            ),
            "time_left": time_left("over", 1.2, -41),
            "is_unread": True,
            "tags": [{"label": "Major", "icon": "radio-tower", "tone": "red"}],
            "snippet": "Sudah 6 scanner, shift pagi terhenti",
        },
        {
            "ticket": ticket(10452, "RDP ke server akuntansi putus tiap 5 menit", "new", assignee=None),
            "time_left": time_left("hot", 0.9, 24),
            "writer": RATNA,
            "is_selected": True,
        },
        {
            "ticket": ticket(10482, "ERP Finance timeout saat VPN tersambung", "open"),
            "time_left": time_left("ok", 0.57, 103),
            "tags": [{"label": "Known error", "icon": "lightbulb", "tone": "violet"}],
        },
        {
            "ticket": ticket(
                10418,
                "VPN profile missing after laptop replacement",
                "pending",
                pending_reason="vendor",
                tier=3,
                priority=3,
            ),
            "time_left": time_left("pause", 0.4, 200, waiting_for="Vendor", paused_seconds=2 * 86400),
        },
    ]


def messages_written() -> list[SimpleNamespace]:
    """The three looks of a message."""
    now = timezone.now()
    files = SimpleNamespace(
        all=[SimpleNamespace(pk=1, name="erp-timeout-0812.png", size=188_416, content_type="image/png")]
    )
    return [
        message(1, RINA, REPORTED, now - timedelta(hours=3), attachments=files),
        message(2, NADIA, NOTED, now - timedelta(hours=2), kind="note", is_public=False, by_staff=True),
        message(3, BAYU, ASKED, now - timedelta(minutes=40), by_staff=True),
    ]


def property_choices() -> list[dict[str, Any]]:
    """Choices of the property popover."""
    return [
        {"value": "1", "label": "P1 Critical"},
        {"value": "2", "label": "P2 High", "is_current": True},
        {"value": "3", "label": "P3 Medium"},
    ]


def handover() -> dict[str, Any]:
    """What the escalate dialog is given."""
    choices: Sequence[dict[str, Any]] = [
        {
            "value": 1,
            "tier": 3,
            "label": "Infrastructure",
            "about": "Owns the firewall. 9 open, 2 people on shift",
            "is_suggested": True,
            "is_current": True,
        },
        {"value": 2, "tier": 2, "label": "Business apps", "about": "Same tier, other team. 24 open"},
        {"value": 3, "tier": 1, "label": "Return to Service desk", "about": "Counts as a return. None so far"},
    ]
    reasons = [
        {"value": "access", "label": "Needs access"},
        {"value": "skill", "label": "Needs deeper skill"},
        {"value": "team", "label": "Wrong team"},
    ]
    what_next = ["The 12:25 solve-by time stays.", "Infrastructure has 30 minutes to take it."]
    return {"choices": choices, "reasons": reasons, "reason": "access", "note": NOTED, "what_next": what_next}


@login_not_required
def sheet(request: HttpRequest) -> HttpResponse:
    """Draw the sheet. Anywhere but on a builder's machine it does not exist."""
    if not settings.STYLEGUIDE:
        raise Http404
    written = {"url": "#", "draft_url": "", "dedupe_key": "sheet", "errors": ""}
    context = {
        "colours": COLOURS,
        "form": SampleForm({"subject": "", "impact": "task"}),
        "rows": queue_rows(),
        "messages_written": messages_written(),
        "ticket": ticket(10482, "ERP Finance timeout saat VPN tersambung", "open"),
        "people": [RINA, BAYU, NADIA, RATNA],
        "statuses": [ticket(1, "", status) for status in ("new", "open", "resolved", "closed")],
        "chips": [
            time_left("ok", 0.12, 375),
            time_left("ok", 0.57, 103),
            time_left("warn", 0.84, 37),
            time_left("hot", 0.93, 18),
            time_left("over", 1.2, -41),
            time_left("pause", 0.4, 90, waiting_for="User", paused_seconds=86400),
            time_left("met", 0.4, 12),
        ],
        "choices": property_choices(),
        "priority_html": mark_safe(
            '<span class="prio" data-p="2"><i aria-hidden="true"><b></b></i><span>P2 High</span></span>'
        ),
        "reply": written | {"body": "Terima kasih, Bu Rina."},
        "note": written | {"body": ""},
        "changes": [{"who": "Ratna", "what": "set this to Resolved", "at": timezone.now()}],
        "handover": handover(),
        "bulk_actions": bar_for(),
        "heads": heads(Asked()),
        "now": timezone.now(),
        "mode": "reply",
    }
    return render(request, "styleguide/sheet.html", context)
