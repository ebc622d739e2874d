"""Keeping, changing and removing saved views."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Invalid, NotAllowed
from core.steady import changed
from core.time import database_now
from tickets.models import SavedView

VIEWS_AT_MOST = 50


def may_write(user: User, scope: str, team_id: int | None) -> bool:
    """Who may make a view of this reach: everybody for themselves, a team's lead for the team, leads for everybody."""
    if scope == SavedView.Scope.EVERYBODY:
        return user.hats.is_lead
    if scope == SavedView.Scope.TEAM:
        return user.hats.leads(team_id)
    return user.hats.is_agent


def may_change(user: User, view: SavedView) -> bool:
    """Whoever made it; and those who oversee every team, once others see it too."""
    return view.owner_id == user.pk or (user.hats.is_overseer and view.scope != SavedView.Scope.PRIVATE)


def keep_view(view: SavedView, *, actor: User, seen: int | None = None) -> SavedView:
    """Save a new or changed view.

    Args:
        view: with what was chosen, its condition checked; a new one has no number yet.
        seen: the version the writer saw; None for a new one.

    Raises:
        NotAllowed: it is somebody else's, or reaches further than this person may.
        Invalid: the person or the team has 50 already.  Conflict: somebody saved it meanwhile.
    """
    if view.pk and not may_change(actor, SavedView.objects.get(pk=view.pk)):
        raise NotAllowed()
    if not may_write(actor, view.scope, view.team_id):
        raise NotAllowed(_("You can make views for yourself; leads make them for others."))
    with transaction.atomic():
        # two that are saved at once are counted one after the other
        User.objects.select_for_update(no_key=True).filter(pk=view.owner_id).first()
        _check_room(view)
        if view.pk:
            version = SavedView.objects.select_for_update().values_list("version", flat=True).get(pk=view.pk)
            if seen is not None and version != seen:
                raise Conflict(_("Somebody saved this view meanwhile. Save again to replace what they chose."))
            view.version = version + 1
        view.save()
        transaction.on_commit(changed, robust=True)
    return view


def remove_view(view: SavedView, *, actor: User) -> SavedView:
    """Take a view out of every sidebar; it can be had back.

    Raises:
        NotAllowed: it is somebody else's.
    """
    return _set_removed(view, actor, is_removed=True)


def restore_view(view: SavedView, *, actor: User) -> SavedView:
    """Have a removed view back.

    Raises:
        NotAllowed: it is somebody else's.  Invalid: there are 50 again by now.
    """
    _check_room(view)
    return _set_removed(view, actor, is_removed=False)


def _set_removed(view: SavedView, actor: User, *, is_removed: bool) -> SavedView:
    if not may_change(actor, view):
        raise NotAllowed()
    view.removed_at = database_now() if is_removed else None
    view.save(update_fields=["removed_at"])
    transaction.on_commit(changed, robust=True)
    return view


def _check_room(view: SavedView) -> None:
    others = SavedView.objects.kept().filter(scope=view.scope).exclude(pk=view.pk)
    if view.team_id is not None:
        others = others.filter(team_id=view.team_id)
    elif view.scope == SavedView.Scope.PRIVATE:
        others = others.filter(owner_id=view.owner_id)
    if others.count() >= VIEWS_AT_MOST:
        raise Invalid(_("There are %(count)s such views already. Remove one first.") % {"count": VIEWS_AT_MOST})
