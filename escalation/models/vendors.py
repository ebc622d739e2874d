from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Contract, Vendor
from escalation.models.calendars import BusinessCalendar, CalendarVersion
from tickets.models import Ticket, TicketEvent


class ContractTerms(models.Model):
    """In whose hours the minutes of a contract count; around the clock where there is no calendar."""

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="terms")
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.calendar_id or 'around the clock'}"


class VendorReferral(models.Model):
    """One time a ticket was with a vendor: sent, asked about, ended. Rows are closed, never rewritten.

    `chase_at` is when the owner is told to ask the vendor next; null where nobody will be, as in a past told again.
    """

    class Why(models.TextChoices):
        SOLVED = "solved", _("Solved by the vendor")
        NO_ANSWER = "no_answer", _("No answer")
        REJECTED = "rejected", _("Rejected by the vendor")
        WRONG_VENDOR = "wrong_vendor", _("Wrong vendor")
        WITHDRAWN = "withdrawn", _("Withdrawn by us")
        MOVED_ON = "moved_on", _("The ticket went on")

    class Direction(models.TextChoices):
        HEARD = "heard", _("They told us")
        SENT = "sent", _("We wrote again")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="referrals", db_index=False)
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="referrals", db_index=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="referrals")
    # the hours the contract meant when the ticket was referred; as long as it counts in them, they stay
    calendar_version = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reference = models.CharField(_("the vendor's reference"), max_length=80, blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    # its clock lives by the number of this event
    started_event = models.OneToOneField(TicketEvent, on_delete=models.PROTECT, null=True, related_name="+")
    heard_at = models.DateTimeField(null=True)
    chase_at = models.DateTimeField(null=True)
    chased = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_verb = models.CharField(max_length=30, blank=True)
    ended_why = models.CharField(max_length=12, choices=Why.choices, blank=True)
    ended_words = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("ticket", "id"), name="referral_of_ticket"),
            # the vendor's page: open ones, and how the past ones went
            models.Index(fields=("vendor", "ended_at"), name="referral_of_vendor"),
            # read by escalation.chasing: costs what is due, not what is open
            models.Index(fields=("chase_at", "id"), name="referral_chase", condition=Q(chase_at__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(fields=("ticket",), condition=Q(ended_at__isnull=True), name="one_open_referral"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="")
                | (Q(ended_at__gte=models.F("sent_at"), chase_at__isnull=True) & ~Q(ended_why="")),
                name="an_ended_referral_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} at {self.vendor_id} since {self.sent_at}"

    @property
    def is_solved(self) -> bool:
        """Whether the vendor's work ended it: said so, or the ticket was resolved while it was there."""
        return self.ended_why == self.Why.SOLVED or (
            self.ended_why == self.Why.MOVED_ON and self.ended_verb == "resolve"
        )
