from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.naming import Bilingual
from catalogue.models import Category


class PhoneTemplateQuerySet(models.QuerySet["PhoneTemplate"]):
    def visible_to(self, user: User) -> PhoneTemplateQuerySet:
        """Everybody at the desk reads them, switched off or not; requesters none."""
        return self if user.hats.is_agent else self.none()

    def active(self) -> PhoneTemplateQuerySet:
        """Those that are offered, in the order of their keys 1 to 9."""
        return self.filter(is_active=True)


class PhoneTemplate(Bilingual):
    """What callers ring about again and again: subject, category and first questions under one key."""

    subject = models.CharField(_("subject"), max_length=200)
    description = models.TextField(_("first questions"), blank=True, max_length=4000)
    category = models.ForeignKey(
        Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = PhoneTemplateQuerySet.as_manager()

    class Meta:
        ordering = ("-is_active", "position", "pk")
        constraints = (models.CheckConstraint(condition=~Q(subject=""), name="a_phone_template_has_a_subject"),)
