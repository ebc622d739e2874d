"""Ten rules to begin with. They name no team and no person, so that they fit any house: tiers, leads and owners only.

The words that give a text away were chosen from what the demo's and the real reports say, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import Tier, User
from escalation.commands.rules import RuleWording, draft_rule, put_in_force
from escalation.models import Rule, SlaPolicy

PASSWORD_WORDS = [
    "password", "passwords", "kata sandi", "sandi", "lupa sandi", "reset password", "locked out", "account locked",
    "akun terkunci", "tidak bisa login", "cannot log in", "can't log in",
]  # fmt: skip
SERVER_WORDS = [
    "server down", "server is down", "server mati", "server tidak bisa diakses", "database down", "database mati",
    "jaringan mati", "network down", "network is down", "seluruh kantor", "whole office", "outage",
]  # fmt: skip
SECURITY_WORDS = [
    "phishing", "ransomware", "malware", "virus", "hacked", "diretas", "kebocoran data", "data breach",
    "email mencurigakan", "suspicious email", "suspicious mail",
]  # fmt: skip
WORKING_DAY = 8 * 60


def _asks(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


def _opened(*questions: dict[str, Any], stop: bool, then: list[dict[str, Any]], **told: str) -> dict[str, Any]:
    return {"when": {"on": ["opened"]}, "if": {"all": list(questions)}, "then": then, "stop": stop, "told": told}


def _when(trigger: str, *questions: dict[str, Any], then: list[dict[str, Any]]) -> dict[str, Any]:
    return {"when": {"on": [trigger]}, "if": {"all": list(questions)}, "then": then}


def _after(what: str, minutes: int, *questions: dict[str, Any], then: list[dict[str, Any]]) -> dict[str, Any]:
    when = {"every": 5, "reaches": {"what": what, "minutes": minutes}}
    return {"when": when, "if": {"all": list(questions)}, "then": then}


def _tell(*who: str, text: str, by_mail: bool = False) -> dict[str, Any]:
    return {"do": "notify", "who": list(who), "text": text, **({"by_mail": True} if by_mail else {})}


READY: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    (
        gettext_noop("VIPs are at least high"),
        "VIP paling rendah berprioritas tinggi",
        _opened(
            _asks("requester_vip", "is", True),
            _asks("priority", "at_most", 3),
            stop=False,
            then=[{"do": "set_priority", "priority": 2}],
        ),
    ),
    (
        gettext_noop("Security reports go to tier II at once"),
        "Laporan keamanan langsung ke tier II",
        _opened(
            _asks("text", "contains_any", SECURITY_WORDS),
            stop=True,
            then=[
                {"do": "set_priority", "priority": 2},
                {"do": "tag", "add": ["security"]},
                {"do": "set_tier", "tier": 2},
                _tell("lead", "managers", text="Possible security incident"),
            ],
            en="Security reports are looked at by specialists first.",
            id="Laporan keamanan ditangani spesialis lebih dulu.",
        ),
    ),
    (
        gettext_noop("A critical service at P1 goes to tier III"),
        "Layanan kritis dengan P1 ke tier III",
        _opened(
            _asks("service_critical", "is", True),
            _asks("priority", "is", 1),
            stop=True,
            then=[{"do": "set_tier", "tier": 3}, _tell("lead", "managers", text="P1 on a critical service")],
            en="A critical service is down, so the third tier looks at it first.",
            id="Layanan kritis terganggu, jadi tier ketiga yang pertama menanganinya.",
        ),
    ),
    (
        gettext_noop("Servers and networks down go to tier II first"),
        "Server dan jaringan mati ke tier II dulu",
        _opened(
            _asks("kind", "is", "incident"),
            _asks("text", "contains_any", SERVER_WORDS),
            stop=True,
            then=[{"do": "set_tier", "tier": 2}],
            en="This looks like a server or network that is down, so the second tier looks first.",
            id="Ini tampaknya server atau jaringan yang mati, jadi tier kedua yang pertama menanganinya.",
        ),
    ),
    (
        gettext_noop("Password resets go to tier I"),
        "Reset kata sandi ke tier I",
        _opened(
            _asks("text", "contains_any", PASSWORD_WORDS),
            stop=True,
            then=[{"do": "set_tier", "tier": 1}],
            en="The service desk resets passwords and unlocks accounts.",
            id="Service desk mereset kata sandi dan membuka akun yang terkunci.",
        ),
    ),
    (
        gettext_noop("P1 and P2 that nobody takes within 15 minutes"),
        "P1 dan P2 yang tidak diambil dalam 15 menit",
        _after(
            "in_team",
            15,
            _asks("priority", "at_least", 2),
            _asks("assignee", "is_empty"),
            _asks("status", "is_not", "pending"),
            then=[_tell("lead", "on_call", text="Urgent and nobody has taken it", by_mail=True)],
        ),
    ),
    (
        gettext_noop("Nobody takes it for two working hours"),
        "Tidak diambil selama dua jam kerja",
        _after(
            "in_team",
            2 * 60,
            _asks("assignee", "is_empty"),
            _asks("status", "is_not", "pending"),
            then=[_tell("lead", text="Nobody has taken it for two working hours")],
        ),
    ),
    (
        gettext_noop("No progress for two working days"),
        "Tidak ada kemajuan selama dua hari kerja",
        _after(
            "staff_silent",
            2 * WORKING_DAY,
            _asks("assignee", "is_set"),
            _asks("status", "is", "open"),
            then=[_tell("owner", "lead", text="No progress for two working days")],
        ),
    ),
    (
        gettext_noop("Reopened twice: the lead looks"),
        "Dibuka kembali dua kali: ketua tim memeriksa",
        _when(
            "reopened",
            _asks("reopen_count", "at_least", 2),
            then=[
                {"do": "tag", "add": ["reopened-twice"]},
                {"do": "note", "text": "Reopened for the second time. Look for the cause before it is resolved again."},
                _tell("lead", text="Reopened for the second time"),
            ],
        ),
    ),
    (
        gettext_noop("Handed back twice: both leads talk"),
        "Dikembalikan dua kali: ketua tim berunding",
        _when(
            "handed_back",
            _asks("return_count", "at_least", 2),
            then=[{"do": "tag", "add": ["bouncing"]}, _tell("lead", "managers", text="Handed back twice")],
        ),
    ),
)


def install_ready(*, actor: User) -> list[Rule]:
    """Put the ready-made rules in force; nothing where somebody has written a rule already.

    Rules about working time count in the calendar of the default policy, around the clock where there is none. A rule
    that needs a tier the house does not have is left out.

    Raises:
        NotAllowed: only incident managers and operators.
    """
    with transaction.atomic():
        if Rule.objects.exists():
            return []
        default = SlaPolicy.objects.select_related("current").filter(is_default=True).first()
        calendar = default.current.calendar_id if default and default.current else None
        levels = set(Tier.objects.values_list("level", flat=True))
        versions = []
        for number, (name, name_id, said) in enumerate(READY, start=1):
            if {step["tier"] for step in said["then"] if step["do"] == "set_tier"} <= levels:
                definition = placed(said, 10 * number, calendar)
                versions.append(draft_rule(None, RuleWording(name, definition, name_id, actor), actor=actor))
        put_in_force(versions, actor=actor)
    return list(Rule.objects.order_by("position"))


def placed(said: Mapping[str, Any], order: float, calendar: int | None) -> dict[str, Any]:
    """A ready-made wording at a place in the order; working time is counted in this calendar."""
    when = dict(said["when"])
    # a P1 does not wait for the office to open
    if "reaches" in when and when["reaches"]["minutes"] >= 60 and calendar is not None:
        when["calendar"] = calendar
    return {**said, "when": when, "order": order}
