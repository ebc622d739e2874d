"""Names kept in both languages on one row: `name` (English) and `name_id` (Indonesian)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_indonesian() -> bool:
    """Whether the reader's language is Indonesian."""
    return (get_language() or "").startswith("id")


def in_reader_language(name: str, name_id: str) -> str:
    """The name in the reader's language, English where no Indonesian one was given."""
    return name_id if name_id and in_indonesian() else name


class Bilingual(models.Model):
    """Adds `name`, `name_id` and `label`, the name in the reader's language."""

    name = models.CharField(_("name"), max_length=120)
    name_id = models.CharField(_("name in Indonesian"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the active language, English where no Indonesian one was given."""
        return in_reader_language(self.name, self.name_id)
