"""Escalation's verbs over REST."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Team
from accounts.requests import ApiRequest
from core.errors import NotAllowed
from core.time import database_now
from escalation import commands
from escalation.clock_figures import clocks_in_figures
from escalation.explanation import CLOSED, COUNTED, DONE, PAUSED
from escalation.models import Clock, Handover, TierVisit
from tickets.api.serializers import PersonField, Slug, TicketSerializer, VersionedSerializer
from tickets.api.views import answered, valid
from tickets.policies import sees_as_staff
from tickets.reading import ticket_by_key


class EscalateSerializer(VersionedSerializer):
    """The receiving team (its slug) and the handover packet."""

    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.select_related("tier"))
    reason = serializers.ChoiceField(choices=Handover.Reason.choices)
    symptom = serializers.CharField(max_length=20_000)
    tried = serializers.CharField(max_length=20_000, required=False, default="", allow_blank=True)
    evidence = serializers.CharField(max_length=20_000, required=False, default="", allow_blank=True)
    asked = serializers.CharField(max_length=20_000)
    urgency = serializers.ChoiceField(choices=Handover.Urgency.choices, required=False, default=Handover.Urgency.QUEUE)
    ticked = serializers.ListField(
        child=serializers.CharField(max_length=200),
        required=False,
        default=list,
        max_length=100,
        help_text="The lines of the ladder's checklist that were done, in either language; see `GET ladder/`.",
    )


class HandBackSerializer(VersionedSerializer):
    reason = serializers.ChoiceField(choices=Handover.ReturnReason.choices)
    missing = serializers.CharField(max_length=20_000)


class VisitSerializer(serializers.ModelSerializer):
    team: Slug = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    tier: Slug = serializers.SlugRelatedField(slug_field="level", read_only=True)
    returned_to: Slug = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    entered_by = PersonField(read_only=True)
    accepted_by = PersonField(read_only=True)
    left_by = PersonField(read_only=True)
    wall_seconds = serializers.SerializerMethodField(help_text="Up to now while the visit lasts.")

    def get_wall_seconds(self, visit: TierVisit) -> int:
        return int(visit.wall_time(database_now()).total_seconds())

    class Meta:
        model = TierVisit
        fields = (
            "tier", "team", "entered_at", "entered_by", "entered_verb", "entered_why", "accepted_at", "accepted_by",
            "left_at", "left_by", "left_verb", "left_why", "returned_to", "business_seconds", "wall_seconds",
        )  # fmt: skip


class VersionField(serializers.Serializer):
    """A policy or a calendar, and which wording of it."""

    name = serializers.CharField()
    version = serializers.IntegerField()


class IntervalSerializer(serializers.Serializer):
    """A stretch of time in which a clock counted, stood still, was outside working hours, or was done."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=(COUNTED, PAUSED, CLOSED, DONE))
    state = serializers.CharField(help_text="The ticket's state: its status, for a waiting one with the reason.")
    counted_seconds = serializers.IntegerField(help_text="Working seconds; these add up to used_seconds.")
    event = serializers.IntegerField(help_text="The event that brought it about.")


class ClockSerializer(serializers.ModelSerializer):
    """One promise on the ticket. `intervals` tell its present period, the newest 1,000 of them."""

    used_seconds = serializers.IntegerField(help_text="Working seconds used by now.")
    policy = VersionField()
    contract = serializers.CharField(
        help_text="The vendor's contract it is measured by; empty for the policy's own promise."
    )
    calendar = VersionField(allow_null=True, help_text="Null counts around the clock.")
    intervals = IntervalSerializer(many=True)

    class Meta:
        model = Clock
        fields = (
            "metric", "life", "tier", "state", "target_seconds", "used_seconds", "started_at", "due_at", "stopped_at",
            "missed_at", "is_dropped", "cycle", "misses", "policy", "contract", "calendar", "intervals",
        )  # fmt: skip


class Escalate(APIView):
    """Pass the ticket on with its packet."""

    @extend_schema(request=EscalateSerializer, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        fields = valid(EscalateSerializer, request)
        team, version = fields.pop("team"), fields.pop("version", None)
        commands.escalate(ticket, actor=request.user, team=team, packet=commands.Packet(**fields), version=version)
        return answered(ticket)


class Accept(APIView):
    """Take a ticket that was handed over."""

    @extend_schema(request=VersionedSerializer, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        commands.accept(ticket, actor=request.user, **valid(VersionedSerializer, request))
        return answered(ticket)


class HandBack(APIView):
    """Send a ticket back with a coded reason."""

    @extend_schema(request=HandBackSerializer, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        commands.hand_back(ticket, actor=request.user, **valid(HandBackSerializer, request))
        return answered(ticket)


class Visits(APIView):
    """The ledger of tier visits; for staff."""

    @extend_schema(responses=VisitSerializer(many=True))
    def get(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        if not sees_as_staff(request.user, ticket):
            raise NotAllowed()
        visits = TierVisit.objects.filter(ticket=ticket).select_related(
            "team", "tier", "returned_to", "entered_by", "accepted_by", "left_by"
        )
        return Response(VisitSerializer(visits, many=True).data)


class Clocks(APIView):
    """The clocks of a ticket with their figures and intervals; for staff."""

    @extend_schema(responses=ClockSerializer(many=True))
    def get(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        if not sees_as_staff(request.user, ticket):
            raise NotAllowed()
        return Response(ClockSerializer(clocks_in_figures(ticket, database_now()), many=True).data)
