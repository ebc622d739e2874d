"""Writing down reply templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid, NotAllowed
from tickets.models import ReplyTemplate

# the kind of thing a rule's action names, as `tickets.automation.Reference` has it
TEMPLATE = "reply_template"


def writes_templates(user: User) -> bool:
    """Leads, and those who oversee every team, write them; everybody at the desk reads them."""
    return user.hats.is_lead


def writes_template(user: User, team_id: int | None) -> bool:
    """A team's are written by its leads, those for everybody by any lead."""
    return user.hats.is_lead if team_id is None else user.hats.leads(team_id)


def keep_reply_template(template: ReplyTemplate, *, actor: User, seen: int | None = None) -> ReplyTemplate:
    """Save a new or changed template.

    Args:
        template: with what was written; not saved yet.
        seen: the version the writer saw; None for a new one and for imports.

    Raises:
        Invalid: another one has this name.  Conflict: somebody saved it meanwhile.
        NotAllowed: the actor leads no team that writes it, as it was or as it shall be.
    """
    _allow(actor, template)
    try:
        with transaction.atomic():
            template.version = 1 + (_version(template.pk, seen) if template.pk else 0)
            template.save()
    except IntegrityError as error:
        raise Invalid.field("name", _("Another template has this name.")) from error
    return template


def switch_reply_template(template: ReplyTemplate, *, actor: User, is_active: bool) -> ReplyTemplate:
    """Take a template out of use, or back into it. Rules that name one that is not in use are skipped.

    Raises:
        NotAllowed: the actor leads no team that writes it.
    """
    _allow(actor, template)
    with transaction.atomic():
        template.version = 1 + _version(template.pk, None)
        template.is_active = is_active
        template.save(update_fields=["is_active", "version"])
    return template


def rules_with(template: ReplyTemplate) -> list[str]:
    """The names of the rules in force that reply from a template, in their order (settings.RULES_NAMING)."""
    ask: Callable[[str, Any], list[str]] = import_string(settings.RULES_NAMING)
    return ask(TEMPLATE, template.pk)


def _version(pk: int, seen: int | None) -> int:
    """The version that is stored, locked until the change is made."""
    version = ReplyTemplate.objects.select_for_update().values_list("version", flat=True).get(pk=pk)
    if seen is not None and version != seen:
        raise Conflict(_("Somebody saved this template meanwhile. Save again to replace what they wrote."))
    return version


def _allow(actor: User, template: ReplyTemplate) -> None:
    stored = ReplyTemplate.objects.filter(pk=template.pk).values_list("team_id", flat=True) if template.pk else ()
    if not all(writes_template(actor, team_id) for team_id in {*stored, template.team_id}):
        raise NotAllowed()
