"""What the demo's people do to tickets again and again: two reply templates, and four macros for different hands."""

from __future__ import annotations

from typing import Any

from accounts.models import Team, User
from escalation.commands.macros import keep_macro
from escalation.models import Macro
from helpdesk.demo.ladder import FROM_THE_FRONT
from tickets.models import ReplyTemplate, SavedView

SCREENSHOT = ReplyTemplate(
    name="Ask for a screenshot",
    name_id="Minta tangkapan layar",
    body_en="Dear {requester},\n\ncan you send us a picture of the whole screen with the message on it? "
    "With that we can go on with {ticket} at once.",
    body_id="Halo {requester},\n\nbisakah Anda mengirim gambar seluruh layar yang menampilkan pesannya? "
    "Dengan itu {ticket} bisa langsung kami lanjutkan.",
)
RESET = ReplyTemplate(
    name="Password was reset",
    name_id="Kata sandi sudah diatur ulang",
    body_en="Dear {requester},\n\nyour password is reset. Sign in with the code we sent to your phone; "
    "you choose a new password there.",
    body_id="Halo {requester},\n\nkata sandi Anda sudah diatur ulang. Masuklah dengan kode yang kami kirim ke ponsel "
    "Anda; di sana Anda memilih kata sandi baru.",
)
ABOUT_PASSWORDS = {"all": [{"field": "category", "op": "in", "value": ["password-reset", "account-locked"]}]}
ABOUT_VPN = {"all": [{"field": "service", "op": "is", "value": "vpn"}]}


def make_macros(manager: str, lead: str) -> None:
    """Write them; where there are macros already, nothing is done.

    Args:
        manager, lead: the addresses of those who keep what everybody uses, and what the service desk uses.
    """
    if Macro.objects.exists():
        return
    keepers = {user.email: user for user in User.objects.filter(email__in=(manager, lead))}
    screenshot, reset = _template(SCREENSHOT), _template(RESET)
    for name, only_if, steps in _for_everybody(screenshot.pk, reset.pk):
        _keep(keepers[manager], name, steps, only_if, scope=SavedView.Scope.EVERYBODY)
    desk = Team.objects.get(slug="service-desk")
    for name, only_if, steps in _for_the_desk():
        _keep(keepers[lead], name, steps, only_if, scope=SavedView.Scope.TEAM, team=desk)


def _for_everybody(screenshot: int, reset: int) -> list[tuple[str, Any, list[dict[str, Any]]]]:
    return [
        (
            "Reset password and resolve",
            ABOUT_PASSWORDS,
            [
                {"do": "take"},
                {"do": "reply", "template": reset},
                {"do": "tag", "add": ["password-reset"]},
                {"do": "resolve", "resolution": "The password was reset, and the code for signing in sent by phone."},
            ],
        ),
        (
            "Ask for a screenshot and wait",
            {},
            [
                {"do": "take"},
                {"do": "reply", "template": screenshot},
                {"do": "pause", "reason": "requester"},
            ],
        ),
    ]


def _for_the_desk() -> list[tuple[str, Any, list[dict[str, Any]]]]:
    return [
        (
            "VPN: hand to Network with note",
            ABOUT_VPN,
            [
                {"do": "tag", "add": ["vpn"]},
                {"do": "note", "text": "Client restarted, clock checked, another network tried; still not connected."},
                {
                    "do": "escalate",
                    "to": "network-access",
                    "asked": "Check the gateway's log for {requester} and the profile that was used.",
                    "ticked": [line["en"] for line in FROM_THE_FRONT["checklist"]],
                    "tried": "Client restarted, clock of the laptop checked, tried over a phone's network.",
                },
            ],
        ),
        (
            "Mine, look after lunch",
            {},
            [
                {"do": "take"},
                {"do": "task", "title": "Call {requester} back", "whom": "owner", "hours": 4},
                {"do": "follow"},
            ],
        ),
    ]


def _template(template: ReplyTemplate) -> ReplyTemplate:
    words = {name: getattr(template, name) for name in ("name_id", "body_en", "body_id")}
    return ReplyTemplate.objects.get_or_create(name=template.name, defaults=words)[0]


def _keep(owner: User, name: str, steps: list[dict[str, Any]], only_if: Any, **reach: Any) -> None:
    keep_macro(Macro(owner=owner, name=name, steps=steps, only_if=only_if, **reach), actor=owner)
