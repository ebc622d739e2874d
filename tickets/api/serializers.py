from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from catalogue.models import Category
from core.api import StrictSerializer
from tickets.choices import Impact, PendingReason, Priority, Urgency
from tickets.models import Message, Ticket, TicketEvent
from tickets.models.ticket import DESCRIPTION_LENGTH, SUBJECT_LENGTH
from tickets.texts import REMARK_LENGTH

Slug = serializers.SlugRelatedField[Any]


@extend_schema_field({"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}})
class PersonField(serializers.RelatedField):
    """A person as {id, name}: an address is nobody's business but staff's."""

    def to_representation(self, value: Any) -> dict[str, Any]:
        return {"id": value.pk, "name": value.name}


class TicketSerializer(serializers.ModelSerializer):
    """A ticket as the API shows it."""

    key = serializers.CharField(read_only=True)
    requester = PersonField(read_only=True)
    assignee = PersonField(read_only=True)
    team: Slug = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    tier: Slug = serializers.SlugRelatedField(slug_field="level", read_only=True)
    service: Slug = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    category: Slug = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Ticket
        fields = (
            "id", "key", "kind", "subject", "description", "language", "status", "pending_reason", "pending_until",
            "impact", "urgency", "priority", "requester", "assignee", "team", "tier", "service", "category", "channel",
            "intake", "version", "opened_at", "updated_at", "first_replied_at", "resolved_at", "closed_at",
            "response_due_at", "resolution_due_at", "next_due_at", "breached_at", "reopen_count", "return_count",
            "resolution",
        )  # fmt: skip


class MessageSerializer(serializers.ModelSerializer):
    author = PersonField(read_only=True)

    class Meta:
        model = Message
        fields = ("id", "kind", "body", "is_public", "by_staff", "author", "channel", "created_at")


class EventSerializer(serializers.ModelSerializer):
    actor = PersonField(read_only=True)

    class Meta:
        model = TicketEvent
        fields = ("id", "verb", "actor", "at", "changes", "cause", "depth", "is_public")


class OpenSerializer(StrictSerializer):
    """What opening a ticket takes. `requester` (an email address) is for agents who file for somebody else."""

    subject = serializers.CharField(max_length=SUBJECT_LENGTH)
    description = serializers.CharField(max_length=DESCRIPTION_LENGTH)
    category = serializers.SlugRelatedField(
        slug_field="slug", queryset=Category.objects.select_related("service"), required=False
    )
    impact = serializers.ChoiceField(choices=Impact.choices, default=Impact.ONE)
    urgency = serializers.ChoiceField(choices=Urgency.choices, default=Urgency.DEGRADED)
    intake = serializers.DictField(required=False)
    requester = serializers.EmailField(required=False)
    external_ref = serializers.CharField(max_length=120, required=False)


class BodySerializer(StrictSerializer):
    body = serializers.CharField(max_length=DESCRIPTION_LENGTH)


class VersionedSerializer(StrictSerializer):
    """Commands on an existing ticket take the version the client saw; leave it out to act on whatever is there."""

    version = serializers.IntegerField(required=False, min_value=1)


class AssignSerializer(VersionedSerializer):
    assignee = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True))


class PrioritiseSerializer(VersionedSerializer):
    priority = serializers.ChoiceField(choices=Priority.choices)
    reason = serializers.CharField(max_length=2000)


class PendSerializer(VersionedSerializer):
    """`until` is when work goes on by itself; scheduled work needs it."""

    reason = serializers.ChoiceField(choices=PendingReason.choices)
    until = serializers.DateTimeField(required=False, allow_null=True)
    note = serializers.CharField(max_length=REMARK_LENGTH, required=False, default="", allow_blank=True)


class ResolveSerializer(VersionedSerializer):
    resolution = serializers.CharField(max_length=DESCRIPTION_LENGTH)
    root_cause = serializers.CharField(max_length=DESCRIPTION_LENGTH, required=False, default="")


class ReasonSerializer(VersionedSerializer):
    reason = serializers.CharField(max_length=DESCRIPTION_LENGTH)


class RateSerializer(StrictSerializer):
    score = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=2000, required=False, default="")
