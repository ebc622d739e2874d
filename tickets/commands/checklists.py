"""Checklists on a ticket: a copy of a template's steps, ticked off with a note, and the tick taken back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from tickets.commands._change import change, held
from tickets.models import ChecklistStep, ChecklistTemplate, Ticket
from tickets.texts import checked_remark


def apply_checklist(
    ticket: Ticket, *, actor: User, template: ChecklistTemplate, at: datetime | None = None
) -> list[ChecklistStep]:
    """Put a copy of the template's steps on the ticket. Nothing happens where a checklist of this name is there.

    Raises:
        Invalid: the template is not in use, or the ticket has ended.  NotAllowed: as `change`.
    """
    if not template.is_active:
        raise Invalid.field("template", _("This checklist is not in use any more."))
    with held(ticket) as current:
        if ChecklistStep.objects.filter(ticket=current, checklist=template.name).exists():
            return []
        with change(ticket, "apply_checklist", actor=actor, at=at) as step:
            rows = [
                ChecklistStep(ticket=current, template=template, checklist=template.name, position=number, text=text)
                for number, text in enumerate(template.steps)
            ]
            step.data["about"] = template.name
            return ChecklistStep.objects.bulk_create(rows)


def drop_checklist(ticket: Ticket, *, actor: User, checklist: str, at: datetime | None = None) -> None:
    """Take a checklist off the ticket again, as long as none of its steps is ticked.

    Raises:
        Invalid: a step was ticked.  NotAllowed: as `change`.
    """
    with held(ticket) as current:
        rows = ChecklistStep.objects.filter(ticket=current, checklist=checklist)
        if not rows:
            return
        if rows.ticked().exists():
            raise Invalid(_("A step is ticked already: the checklist stays."))
        with change(ticket, "drop_checklist", actor=actor, at=at) as step:
            rows.delete()
            step.data["about"] = checklist


def tick_step(
    ticket: Ticket, *, actor: User, row: ChecklistStep, note: str | None = None, at: datetime | None = None
) -> ChecklistStep:
    """Tick a step, or write another note on one that is ticked. Nothing happens where that changes nothing.

    Args:
        note: what was found, at most 500 characters; None leaves it as it is.

    Raises:
        Invalid: the note is too long.  NotAllowed: as `change`.
    """
    remark = None if note is None else checked_remark(note, "note")
    with held(ticket) as current:
        # read under the ticket's lock: two people tick at once, one of them is first
        step_row = ChecklistStep.objects.select_related("done_by").get(pk=row.pk, ticket=current)
        if step_row.done_at and remark in (None, step_row.note):
            return step_row
        with change(ticket, "tick_step", actor=actor, at=at) as step:
            step_row.done_at, step_row.done_by = step_row.done_at or step.at, step_row.done_by or actor
            step_row.note = step_row.note if remark is None else remark
            step_row.save(update_fields=["done_at", "done_by", "note"])
            step.data.update(step=row.pk, about=step_row.text, note=step_row.note)
    return step_row


def untick_step(ticket: Ticket, *, actor: User, row: ChecklistStep, at: datetime | None = None) -> ChecklistStep:
    """Take a tick back; the note stays, should it be ticked again. Nothing happens where it is not ticked.

    Raises:
        NotAllowed: as `change`.
    """
    with held(ticket) as current:
        step_row = ChecklistStep.objects.get(pk=row.pk, ticket=current)
        if step_row.done_at is None:
            return step_row
        with change(ticket, "untick_step", actor=actor, at=at) as step:
            step_row.done_at = step_row.done_by = None
            step_row.save(update_fields=["done_at", "done_by"])
            step.data.update(step=row.pk, about=step_row.text)
    return step_row
