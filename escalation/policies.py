"""Who may read and who may change what is promised."""

from __future__ import annotations

from accounts.models import User


def reads_promises(user: User) -> bool:
    """Whoever works by the promises may read them."""
    return user.hats.is_agent


def keeps_promises(user: User) -> bool:
    """Calendars and policies are changed by incident managers and operators."""
    return user.is_manager or user.is_superuser


def keeps_vendors(user: User) -> bool:
    """Vendors and contracts are written by those who oversee every team."""
    return user.hats.is_overseer
