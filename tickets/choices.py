"""The words a ticket is described with. Labels are what people read; values are stored and never change."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    INCIDENT = "incident", _("Incident")
    REQUEST = "request", _("Request")


class Status(models.TextChoices):
    NEW = "new", pgettext_lazy("status", "New")
    OPEN = "open", _("In progress")
    PENDING = "pending", _("Waiting")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


LIVE = (Status.NEW, Status.OPEN, Status.PENDING)
ENDED = (Status.RESOLVED, Status.CLOSED, Status.CANCELLED)


class PendingReason(models.TextChoices):
    REQUESTER = "requester", _("Waiting for requester")
    VENDOR = "vendor", _("Waiting for vendor")
    CHANGE = "change", _("Waiting for a change")
    PROBLEM = "problem", _("Waiting for a problem fix")
    SCHEDULED = "scheduled", _("Scheduled")


class Impact(models.IntegerChoices):
    ORGANISATION = 1, _("The whole organisation")
    DEPARTMENT = 2, _("A department or site")
    SEVERAL = 3, _("Several people")
    ONE = 4, _("One person")


class Urgency(models.IntegerChoices):
    STOPPED = 1, _("Work stopped")
    DEGRADED = 2, _("Degraded")
    INCONVENIENT = 3, _("Inconvenient")


class Priority(models.IntegerChoices):
    CRITICAL = 1, _("P1 Critical")
    HIGH = 2, _("P2 High")
    MEDIUM = 3, _("P3 Medium")
    LOW = 4, _("P4 Low")


class Channel(models.TextChoices):
    PORTAL = "portal", _("portal")
    PHONE = "phone", _("phone")
    EMAIL = "email", _("email")
    API = "api", "API"
    ALERT = "alert", _("monitoring alert")
    IMPORT = "import", _("import")


class MessageKind(models.TextChoices):
    REPLY = "reply", _("Reply")
    NOTE = "note", _("Internal note")
