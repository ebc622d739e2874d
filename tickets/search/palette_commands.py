"""What the palette can do, and the names by which it is met in English and in Indonesian."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tickets.search.highlight import Piece
from tickets.search.words import plain, tokens

EVERYBODY, STAFF, LEADS = "everybody", "staff", "leads"


@dataclass(frozen=True, slots=True)
class Command:
    """Attributes:
    english, indonesian: the names it is met by, whatever the language of the page.
    key: single keys that do the same, as they are shown.
    """

    label: str | Promise
    english: str
    indonesian: str
    view: str
    icon: str
    key: str = ""
    who: str = STAFF
    query: str = ""


COMMANDS = (
    Command(
        gettext_lazy("New ticket"), "new ticket, log a call", "tiket baru, catat telepon", "desk_new", "phone-call", "C"
    ),
    Command(
        gettext_lazy("Go to my work"), "my work, home", "pekerjaan saya, beranda", "desk_home", "circle-user", "G M"
    ),
    Command(gettext_lazy("Updates"), "updates, notifications", "pembaruan, pemberitahuan", "updates", "bell", "G U"),
    Command(
        gettext_lazy("Late tickets"),
        "late, overdue tickets",
        "tiket lewat waktu, terlambat",
        "search",
        "alarm-clock",
        query="is:late",
    ),
    Command(gettext_lazy("Major incidents"), "major incidents", "insiden besar", "major_list", "siren"),
    Command(gettext_lazy("Roster"), "roster, shifts, on call", "jadwal, sif, piket", "roster", "calendar-days"),
    Command(
        gettext_lazy("Training"),
        "training, skills, certificates",
        "pelatihan, keahlian, sertifikat",
        "training",
        "graduation-cap",
    ),
    Command(
        gettext_lazy("Reply templates"),
        "reply templates, saved replies",
        "templat balasan, balasan tersimpan",
        "reply_templates",
        "message-square-reply",
    ),
    Command(gettext_lazy("Macros"), "macros, write a macro", "makro, tulis makro", "macros", "wand-sparkles"),
    Command(
        gettext_lazy("Phone templates"),
        "phone templates, call templates",
        "templat telepon",
        "phone_templates",
        "phone-call",
    ),
    Command(
        gettext_lazy("Rules"), "rules, routing, automation", "aturan, otomatisasi, aturan eskalasi", "rules", "workflow"
    ),
    Command(gettext_lazy("Tiers"), "tiers, ladder, escalation steps", "tier, tangga eskalasi", "ladder", "layers"),
    Command(
        gettext_lazy("Promises"),
        "promises, policies, sla, calendars",
        "janji layanan, kebijakan, kalender",
        "promises",
        "handshake",
    ),
    Command(gettext_lazy("Vendors"), "vendors, contracts", "vendor, pemasok, kontrak", "vendors", "building-2"),
    Command(
        gettext_lazy("Dashboard"),
        "dashboard, figures, reports",
        "dasbor, angka, laporan",
        "dashboard",
        "chart-no-axes-column",
        who=LEADS,
    ),
    Command(
        gettext_lazy("Report a problem"),
        "report a problem, new ticket",
        "laporkan masalah, tiket baru",
        "ticket_new",
        "message-circle-warning",
        who=EVERYBODY,
    ),
    Command(gettext_lazy("My tickets"), "my tickets", "tiket saya", "my_tickets", "ticket", who=EVERYBODY),
    Command(
        gettext_lazy("Help articles"),
        "help articles, knowledge",
        "artikel bantuan, pengetahuan",
        "article_list",
        "book-open",
        who=EVERYBODY,
    ),
    Command(
        gettext_lazy("Service status"),
        "service status, outages",
        "status layanan, gangguan",
        "service_status",
        "activity",
        who=EVERYBODY,
    ),
    Command(
        gettext_lazy("Preferences"),
        "preferences, settings, language, theme",
        "preferensi, pengaturan, bahasa, tema",
        "preferences",
        "settings",
        who=EVERYBODY,
    ),
)
# what can be done to the ticket one looks at: verb -> label, names, address, icon, key
ON_TICKET = (
    (
        "accept",
        gettext_lazy("Take it"),
        "take, accept, assign to me",
        "ambil, terima",
        "accept",
        "user-check",
        "Shift+I",
    ),
    (
        "run_macro",
        gettext_lazy("Macros"),
        "macro, run a macro",
        "makro, jalankan makro",
        "ticket_macros",
        "wand-sparkles",
        "M",
    ),
    (
        "escalate",
        gettext_lazy("Escalate"),
        "escalate, hand over, pass on",
        "eskalasi, teruskan",
        "escalate",
        "arrow-up-right",
        "E",
    ),
    ("hand_back", gettext_lazy("Hand back"), "hand back, return", "kembalikan", "hand_back", "corner-up-left", ""),
    (
        "resolve",
        gettext_lazy("Resolve"),
        "resolve, solve, close",
        "selesaikan, tutup",
        "desk_resolution",
        "check",
        "Shift+R",
    ),
    ("reopen", gettext_lazy("Reopen"), "reopen", "buka lagi", "desk_reopening", "rotate-ccw", ""),
    ("pend", gettext_lazy("Set waiting"), "wait, pause, pending", "tunggu, jeda, tunda", "desk_waiting", "pause", ""),
    (
        "invite",
        gettext_lazy("Ask for help"),
        "ask for help, invite, swarm",
        "minta bantuan, undang",
        "invite",
        "user-plus",
        "",
    ),
    ("plan_task", gettext_lazy("Plan a task"), "plan a task, to do", "rencanakan tugas", "plan_task", "list-todo", ""),
    (
        "summon",
        gettext_lazy("Call somebody with more say"),
        "call, summon, page the lead",
        "panggil atasan",
        "summon",
        "phone-call",
        "",
    ),
    (
        "refer_to_vendor",
        gettext_lazy("Refer to vendor"),
        "refer to vendor",
        "serahkan ke vendor",
        "refer_to_vendor",
        "building-2",
        "",
    ),
    ("link_bug", gettext_lazy("Link a bug"), "link a bug", "tautkan bug", "link_bug", "bug", ""),
    (
        "propose",
        gettext_lazy("Propose as major incident"),
        "propose as major incident",
        "usulkan insiden besar",
        "propose",
        "siren",
        "",
    ),
)


def met(names: str, wanted: str) -> list[Piece] | None:
    """The first of the names (by commas) in which every word begun stands, in pieces; None when none does.

    Nothing wanted meets everything, and no name needs to be shown for it.
    """
    words = tokens(wanted)
    if not words:
        return []
    for name in names.split(", "):
        low = plain(name)
        parts = low.split()
        if all(any(part.startswith(word) or (len(word) > 2 and word in part) for part in parts) for word in words):
            at = low.find(words[0])
            end = at + len(words[0])
            pieces = (Piece(name[:at]), Piece(name[at:end], is_hit=True), Piece(name[end:]))
            return [piece for piece in pieces if piece.text]
    return None
