from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Category
from tickets.models.ticket import Ticket

STEP_LENGTH = 200
MOST_STEPS = 50


class ChecklistTemplate(models.Model):
    """Steps that are written once. A ticket gets a copy: a later edit changes nothing that was worked through."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    category = models.ForeignKey(Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="checklists")
    is_automatic = models.BooleanField(_("put on every ticket of the category"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    steps = ArrayField(models.CharField(max_length=STEP_LENGTH), verbose_name=_("steps"))

    class Meta:
        ordering = ("-is_active", "name")

    def __str__(self) -> str:
        return self.name


class StepQuerySet(models.QuerySet["ChecklistStep"]):
    def visible_to(self, user: User) -> StepQuerySet:
        """Steps are for staff: those of tickets that this person sees from the inside."""
        return self.filter(ticket__in=Ticket.objects.staffed_by(user))

    def ticked(self) -> StepQuerySet:
        return self.filter(done_at__isnull=False)


class ChecklistStep(models.Model):
    """One step on one ticket: a copy of what the template said then, with who did it and what they found."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="steps", db_index=False)
    template = models.ForeignKey(ChecklistTemplate, on_delete=models.SET_NULL, null=True, related_name="+")
    checklist = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=STEP_LENGTH)
    note = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ("checklist", "position")
        constraints = (
            # also the index by which a ticket's steps are found
            models.UniqueConstraint(fields=("ticket", "checklist", "position"), name="one_step_per_place"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="a_step_done_says_by_whom",
            ),
        )

    def __str__(self) -> str:
        return self.text
