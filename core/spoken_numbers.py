"""Numbers as people write them: 20,000 in English, 20.000 in Indonesian."""

from __future__ import annotations

from django.utils.formats import number_format


def grouped(number: int) -> str:
    """Return the number with its thousands apart, as the reader's language writes them."""
    return number_format(number, force_grouping=True)
