"""What people write in the demo's tickets: the templates' texts with names, places and errors put in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from accounts.models import User
from catalogue.models import Asset, IntakeField
from helpdesk.demo.content import fill
from helpdesk.demo.people import address_of
from helpdesk.demo.roster import Roster
from helpdesk.demo.shapes import TicketTemplate

OPTIONAL_ANSWERED = 0.6
ANYWHERE = ("HQ-Full", "HQ")
# Answers to the catalogue's questions, by key; {n} is a number. Device questions are answered with the tag.
ANSWERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "reach_at": ("HP 0812-55{n}", "ext. 2{n}", "WhatsApp 0857-11{n}"),
        "since": ("tadi pagi", "kemarin sore", "this morning", "Senin"),
        "address": ("https://pajak.go.id", "tim.klaim@arunika.example", "https://vendor-portal.example"),
        "members": ("Rina, Siti, Hendra", "seluruh tim klaim", "the whole buying team"),
        "message": ("Error 809", "certificate expired", "Login denied"),
        "place": ("Gedung A lantai 3", "Gudang blok C", "Lantai 2, ruang Bromo", "Floor 5, near the pantry"),
        "outlet": ("D-2{n}", "B-1{n}"),
        "from_to": ("Surabaya - HQ", "Makassar - HQ"),
        "when": ("setelah Windows update", "saat membuka Excel besar", "after lunch"),
        "room": ("Bromo", "Semeru", "Rinjani", "Merapi"),
        "next_meeting": ("jam 14.00", "besok 09.00", "in 30 minutes"),
        "software": ("PDF24", "AutoCAD LT", "Power BI Desktop", "7-Zip"),
        "approved_by": ("atasan langsung, lewat email", "my manager, by mail"),
        "reason": ("perangkat lama rusak", "karyawan baru", "customer calls all day"),
        "menu": ("Pembayaran > Daftar", "Persediaan > Kartu stok", "Reports > Ageing"),
        "document": ("JV-24{n}", "PV-11{n}"),
        "period": ("bulan lalu", "last month"),
        "role": ("AP entry", "Payment approver", "Cost centre report"),
        "sku": ("SKU-10{n}", "SKU-44{n}"),
        "order": ("SO-88{n}", "TO-31{n}"),
        "bank": ("BCA", "Mandiri", "BRI"),
        "month": ("bulan ini", "last month"),
        "dates": ("12 dan 13 bulan ini", "Senin sampai Rabu", "last week's night shifts"),
        "path": ("\\\\hq-fs02\\pajak\\2026", "\\\\sby-fs01\\gudang", "\\\\hq-fs02\\legal"),
        "host": ("hq-db01", "sby-app02", "mks-fs01", "hq-web03"),
        "purpose": ("uji coba kasir baru", "staging e-procurement"),
        "like": ("picker shift siang", "same as the other leads"),
        "other_side": ("supplier@kain-jaya.example",),
        "tax_number": ("01.234.567.8-9{n}",),
    }
)
PERSON_KEYS = frozenset({"full_name", "for_whom", "copy_access", "mailbox_to"})
DEVICE_KEYS = frozenset({"printer", "scanner", "till"})


class Words:
    """The texts of one ticket: one requester, one template, one language."""

    def __init__(self, roster: Roster, template: TicketTemplate, requester: User, asset: Asset | None, rng: Random):
        self.roster, self.template, self.requester, self.asset, self.rng = roster, template, requester, asset, rng
        service = roster.content.service(template.service)
        self.values = {
            "asset": asset.tag if asset else "LT-HQ-0231",
            "site": requester.site.name if requester.site else "HQ Jakarta",
            "app": rng.choice(service.apps) if service.apps else "",
            "error": rng.choice(template.errors) if template.errors else "",
            "requester": requester.short_name,
            "sapaan": address_of(roster.content, requester.name),
            "colleague": rng.choice(roster.requesters).short_name,
            "agent": "",
        }
        self.subject = self.own(rng.choice(template.subjects))
        self.description = self.own(rng.choice(template.descriptions))

    def own(self, text: str) -> str:
        """One of the template's texts, filled in."""
        return fill(text, self.values)

    def phrase(self, use: str, agent: User | None = None) -> str:
        """One of the interchangeable sentences for this purpose, in the ticket's language."""
        lines = self.roster.content.phrases[use][self.template.language]
        return fill(self.rng.choice(lines), {**self.values, "agent": agent.short_name if agent else ""})

    def answers(self, questions: list[IntakeField], at: datetime) -> dict[str, Any]:
        """Intake answers: all that are required and most of the others."""
        return {
            question.key: self._answer(question, at)
            for question in questions
            if question.required or self.rng.random() < OPTIONAL_ANSWERED
        }

    def _answer(self, question: IntakeField, at: datetime) -> Any:
        kind, rng = question.kind, self.rng
        if kind == IntakeField.Kind.CHOICE:
            return rng.choice(question.choices)
        if kind == IntakeField.Kind.BOOLEAN:
            return rng.choice(("yes", "no"))
        if kind == IntakeField.Kind.NUMBER:
            return str(rng.randrange(1, 25))
        if kind == IntakeField.Kind.DATE:
            return (at + timedelta(days=rng.randrange(2, 20))).date().isoformat()
        if question.key in PERSON_KEYS:
            return rng.choice(self.roster.requesters).name
        if question.key in DEVICE_KEYS and self.asset:
            return self.asset.tag
        return rng.choice(ANSWERS.get(question.key, ANYWHERE)).replace("{n}", str(rng.randrange(10, 99)))
