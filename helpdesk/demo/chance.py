from __future__ import annotations

from random import Random


def chance(*about: object) -> Random:
    """Dice that fall the same way each time for the same thing, whatever was drawn before."""
    return Random("-".join(str(word) for word in about))  # noqa: S311  a demo's luck guards nothing
