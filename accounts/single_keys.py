"""Single keys: what each does, and which other key a person chose for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.errors import Invalid

# one printable character, Shift with a letter, or G and then another; digits belong to the templates on the phone form
KEY = re.compile(r"(shift\+|g )?[a-z]|[/?.,;'\[\]\\=-]")
PREFIX = "g"


@dataclass(frozen=True, slots=True)
class Action:
    """`key` is the usual one, and the name under which another is kept."""

    key: str
    label: str | Promise
    place: str | Promise


ANYWHERE = gettext_lazy("Anywhere")
QUEUE = gettext_lazy("In a queue")
TICKET = gettext_lazy("On a ticket or a selection")
ACTIONS = (
    Action("/", gettext_lazy("Search tickets"), ANYWHERE),
    Action("c", gettext_lazy("New ticket"), ANYWHERE),
    Action("g m", gettext_lazy("Go to my work"), ANYWHERE),
    Action("g n", gettext_lazy("Next ticket"), ANYWHERE),
    Action("g u", gettext_lazy("Updates"), ANYWHERE),
    Action("z", gettext_lazy("Undo"), ANYWHERE),
    Action("?", gettext_lazy("This list"), ANYWHERE),
    Action("j", gettext_lazy("Next row"), QUEUE),
    Action("k", gettext_lazy("Previous row"), QUEUE),
    Action("x", gettext_lazy("Select"), QUEUE),
    Action("shift+x", gettext_lazy("Select range"), QUEUE),
    Action("o", gettext_lazy("Into the preview"), QUEUE),
    Action("v", gettext_lazy("List or split"), QUEUE),
    Action("f", gettext_lazy("Filter"), QUEUE),
    Action(".", gettext_lazy("Show new tickets"), QUEUE),
    Action("r", gettext_lazy("Reply to the user"), TICKET),
    Action("n", gettext_lazy("Internal note"), TICKET),
    Action("shift+i", gettext_lazy("Take it"), TICKET),
    Action("a", gettext_lazy("Assign"), TICKET),
    Action("s", gettext_lazy("Status"), TICKET),
    Action("p", gettext_lazy("Priority"), TICKET),
    Action("e", gettext_lazy("Escalate or return"), TICKET),
    Action("l", gettext_lazy("Link a ticket"), TICKET),
    Action("m", gettext_lazy("Macros"), TICKET),
    Action("shift+r", gettext_lazy("Resolve"), TICKET),
    Action("y", gettext_lazy("Copy the address"), TICKET),
)
USUAL = {action.key: action for action in ACTIONS}


def keymap(user: User) -> dict[str, str]:
    """The keys of this person that are not the usual ones: {usual: chosen}; reads nothing from the database."""
    return {usual: key for usual, key in user.keys.items() if usual in USUAL and key != usual}


def choose_keys(user: User, chosen: Mapping[str, str]) -> None:
    """Keep other keys for some actions; those not named get their usual one back.

    Args:
        chosen: {usual key: new key}, the new one as it is typed, for instance "q", "Shift+Q" or "g q".

    Raises:
        Invalid: on the usual key, when the new one is no single key or does something else already.
    """
    wanted = {usual: spelled(chosen.get(usual, "")) or usual for usual in USUAL}
    errors: dict[str, list[str]] = {}
    for usual, key in wanted.items():
        others = [USUAL[other].label for other, taken in wanted.items() if taken == key and other != usual]
        if key == PREFIX or not KEY.fullmatch(key):
            errors[usual] = [_("Choose a letter, Shift and a letter, or G and then a letter.")]
        elif others:
            errors[usual] = [_("“%(key)s” is the key for “%(other)s” too.") % {"key": shown(key), "other": others[0]}]
    if errors:
        raise Invalid(_("These keys cannot be kept yet."), fields=errors)
    user.keys = {usual: key for usual, key in wanted.items() if key != usual}
    user.save(update_fields=["keys"])


def spelled(typed: str) -> str:
    """What somebody typed, as keys are kept: in lower case, with one space in a sequence."""
    return " ".join(typed.lower().replace("shift +", "shift+").replace("+ ", "+").split())


def shown(key: str) -> str:
    """A kept key as it is printed: "Shift+I", "G M"."""
    return key.upper().replace("SHIFT", "Shift")
