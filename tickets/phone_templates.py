"""Writing down what callers ring about again and again."""

from __future__ import annotations

from accounts.models import User
from core.errors import NotAllowed
from tickets.models import PhoneTemplate
from tickets.reply_templates import writes_templates

KEYS = 9


def offered(user: User) -> list[PhoneTemplate]:
    """The templates under the keys 1 to 9, for somebody at the desk."""
    return list(PhoneTemplate.objects.visible_to(user).active().select_related("category")[:KEYS])


def keep_phone_template(template: PhoneTemplate, *, actor: User) -> PhoneTemplate:
    """Save a new or changed template.

    Raises:
        NotAllowed: the actor leads no team.
    """
    _allow(actor)
    template.save()
    return template


def switch_phone_template(template: PhoneTemplate, *, actor: User, is_active: bool) -> PhoneTemplate:
    """Take a template out of use, or back into it.

    Raises:
        NotAllowed: the actor leads no team.
    """
    _allow(actor)
    template.is_active = is_active
    template.save(update_fields=["is_active"])
    return template


def _allow(actor: User) -> None:
    if not writes_templates(actor):
        raise NotAllowed()
