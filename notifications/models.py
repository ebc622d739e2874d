from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """One message to one recipient over one channel: the work queue and the record of delivery in one row.

    Written in the transaction of the change it tells about; `dedupe_key` makes a second attempt to write it harmless.
    `template` names a pair of templates; `context` holds the plain values they need, so that rendering happens later.
    A webhook has no reader: `address` is the URL that is called, and `context` is what is sent.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("Email")
        IN_APP = "in_app", _("In the app")
        WEBHOOK = "webhook", _("Webhook")

    channel = models.CharField(max_length=10, choices=Channel.choices)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="outbox_messages"
    )
    address = models.CharField(max_length=2000, blank=True)
    language = models.CharField(max_length=5, default="en")
    template = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = (
            # read by notifications.delivery.claim: what is due and neither sent nor given up
            models.Index(
                fields=("due_at", "id"),
                name="outbox_due",
                condition=Q(sent_at__isnull=True, failed_at__isnull=True),
            ),
            # read by the updates page and its unread count
            models.Index(fields=("recipient", "-created_at"), name="outbox_in_app", condition=Q(channel="in_app")),
        )

    @property
    def in_app_templates(self) -> list[str]:
        """What says this update in one line; the last one for a kind that is no longer known."""
        return [f"mail/{self.template}/in_app.html", "mail/in_app.html"]

    def __str__(self) -> str:
        # a URL may carry a key in its path or query: only its host is said aloud
        webhook = self.channel == self.Channel.WEBHOOK
        return (
            f"{self.template} → {(urlsplit(self.address).hostname if webhook else self.address) or self.recipient_id}"
        )
