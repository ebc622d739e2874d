"""Numbers as people read them."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models.teams import NUMERALS


def percent(share: float | None) -> str:
    """A share (0 to 1) as "94.2", in Indonesian "94,2"; a dash for none. Whole numbers have no decimals."""
    if share is None:
        return "–"
    points = round(share * 100, 1)
    return number_format(points, 0 if points == int(points) else 1)


def with_sign(share: float | None) -> str:
    """A share with its percent sign; a dash for none."""
    return "–" if share is None else f"{percent(share)}%"


def tier_name(level: int | None) -> str:
    """ "Tier II"; tickets no team has yet stand on no tier."""
    return _("Tier %(numeral)s") % {"numeral": NUMERALS.get(level, level)} if level else _("No tier yet")
