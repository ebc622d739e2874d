from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.choices import Channel, MessageKind
from tickets.models.ticket import Ticket
from tickets.querysets import ConversationQuerySet


class Message(models.Model):
    """One thing somebody wrote on a ticket. The opening words stay on the ticket itself."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    body = models.TextField(_("text"))
    is_public = models.BooleanField(default=False)
    by_staff = models.BooleanField(default=False)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.PORTAL)
    created_at = models.DateTimeField()
    # the form's or client's own key: the second click of an impatient hand finds the row already there
    dedupe_key = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001  NULLs never clash

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "id")
        indexes = (models.Index(fields=("ticket", "created_at", "id"), name="message_of_ticket"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="reply", is_public=True) | Q(kind="note", is_public=False),
                name="a_note_is_never_public",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


def storage_name(attachment: Attachment, _filename: str) -> str:
    """A random name: nothing a sender wrote reaches the file system (path traversal, overwriting, executables)."""
    token = secrets.token_hex(16)
    return f"attachments/{token[:2]}/{token}"


SHOWN_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class Attachment(models.Model):
    """A file. Uploaded first, bound to a ticket (and to one message of it) when the form is sent."""

    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="attachments")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="attachments")
    file = models.FileField(upload_to=storage_name, max_length=200)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        # the sweep that removes uploads nobody sent
        indexes = (models.Index(fields=("created_at",), name="attachment_unbound", condition=Q(ticket__isnull=True)),)

    @property
    def is_shown(self) -> bool:
        """Whether a page may show it as a picture: of a kind that every browser draws and that runs nothing."""
        return self.content_type in SHOWN_TYPES

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What somebody is writing and has not sent: kept per person, ticket and mode, so that nothing typed is lost."""

    class Mode(models.TextChoices):
        NEW = "new"
        PHONE = "phone"
        REPLY = "reply"
        NOTE = "note"
        ESCALATE = "escalate"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="drafts")
    mode = models.CharField(max_length=10, choices=Mode.choices)
    body = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "ticket", "mode"), name="one_draft_per_person_ticket_mode", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.mode} {self.pk}"

    @property
    def came_back(self) -> list[dict[str, Any]]:
        """Replies that could not leave, the first one first: `id`, `body`, `attachments` (numbers of uploads), `why`.
        They stand apart from the text, which an open page overwrites with what is in its box.
        """
        return list(self.data.get("came_back", []))


class Rating(models.Model):
    """What the requester thought of it, from 1 to 5."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="rating")
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("comment"), blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="rating_is_1_to_5"),)

    def __str__(self) -> str:
        return f"{self.score}/5"
