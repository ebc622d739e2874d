"""What becomes of a training need: entered, planned, met, dismissed, open again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Team, TrainingNeed, TrainingSession, User
from accounts.roster_changes import checked_and_saved
from accounts.training_policies import decides_need
from core.errors import Conflict, Invalid, NotAllowed
from core.time import database_now

LONGEST_NOTE = 300


def enter_need(need: TrainingNeed, *, actor: User) -> TrainingNeed:
    """Enter a need by hand.

    Raises:
        NotAllowed: the actor leads neither the person nor the team.
        Invalid: nobody, or nothing to learn.
        Conflict: there is one about the same already.
    """
    if need.person is None and need.team is None:
        raise Invalid.field("who", _("Choose a person or a team."))
    if not decides_need(actor, need):
        raise NotAllowed()
    if open_like(need).exists():
        raise Conflict(_("There is an open need about this already."))
    need.raised_at = database_now()
    return checked_and_saved(need)


def plan_need(need: TrainingNeed, session: TrainingSession, *, actor: User) -> None:
    """A session is to meet it. Raises NotAllowed; Conflict where it is decided already."""
    with _open_need(need, actor) as held:
        held.state, held.session = TrainingNeed.State.PLANNED, session
        held.save(update_fields=["state", "session"])


def meet_need(need: TrainingNeed, *, actor: User, note: str = "") -> None:
    """It is met. Raises NotAllowed; Invalid where the note is too long; Conflict where it is decided already."""
    _close(need, TrainingNeed.State.MET, note, actor)


def reopen_need(need: TrainingNeed, *, actor: User) -> None:
    """A dismissed need is open after all, and what showed it counts again.

    Raises:
        NotAllowed: it is not the actor's to decide.
        Conflict: it is not dismissed, or there is an open one about the same.
    """
    if not decides_need(actor, need):
        raise NotAllowed()
    with transaction.atomic():
        hold_owner(need)
        held = TrainingNeed.objects.select_for_update().get(pk=need.pk)
        if held.state != TrainingNeed.State.DISMISSED:
            raise Conflict(_("This need is not dismissed: %(state)s.") % {"state": held.get_state_display()})
        if open_like(held).exists():
            raise Conflict(_("There is an open need about this already."))
        held.state, held.session, held.decision = TrainingNeed.State.OPEN, None, ""
        held.decided_by, held.decided_at = None, None
        held.save(update_fields=["state", "session", "decision", "decided_by", "decided_at"])


def dismiss_need(need: TrainingNeed, *, actor: User, why: str) -> None:
    """Nothing will be done about it, for this reason.

    Raises:
        NotAllowed: it is not the actor's to decide.
        Invalid: no reason, or one that is too long.
        Conflict: it is decided already.
    """
    if not why.strip():
        raise Invalid.field("note", _("Say why nothing will be done."))
    _close(need, TrainingNeed.State.DISMISSED, why, actor)


def open_like(need: TrainingNeed) -> QuerySet[TrainingNeed]:
    """Open needs of the same person or team about the same."""
    same = TrainingNeed.objects.filter(person=need.person_id, team=need.team_id, reason=need.reason, name=need.name)
    return same.filter(state__in=(TrainingNeed.State.OPEN, TrainingNeed.State.PLANNED)).exclude(pk=need.pk)


def hold_owner(need: TrainingNeed) -> None:
    """Hold whom it is about, so that nobody opens the same one meanwhile. Only within a transaction."""
    if need.person_id:
        User.objects.select_for_update(no_key=True).get(pk=need.person_id)
    elif need.team_id:
        Team.objects.select_for_update(no_key=True).get(pk=need.team_id)


def _close(need: TrainingNeed, state: str, note: str, actor: User) -> None:
    if len(note.strip()) > LONGEST_NOTE:
        raise Invalid.field("note", _("Write at most %(count)d characters.") % {"count": LONGEST_NOTE})
    with _open_need(need, actor) as held:
        held.state, held.decision = state, note.strip()
        held.decided_by, held.decided_at = actor, database_now()
        held.save(update_fields=["state", "decision", "decided_by", "decided_at"])


@contextmanager
def _open_need(need: TrainingNeed, actor: User) -> Iterator[TrainingNeed]:
    if not decides_need(actor, need):
        raise NotAllowed()
    with transaction.atomic():
        held = TrainingNeed.objects.select_for_update().get(pk=need.pk)
        if not held.is_open:
            raise Conflict(_("This need is decided already: %(state)s.") % {"state": held.get_state_display()})
        yield held
