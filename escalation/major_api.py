"""Major incidents over REST."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.requests import ApiRequest
from catalogue.models import Service
from core.api import StrictSerializer
from core.errors import NotVisible
from escalation import commands
from escalation.commands.major import PUBLISHED_STATES
from escalation.commands.major_tickets import MOST_AT_ONCE
from escalation.commands.major_updates import UPDATE_LENGTH
from escalation.major_choice import chosen
from escalation.major_timeline import visible_tickets
from escalation.models import MajorIncident, MajorTicket, MajorUpdate
from escalation.models.major import TITLE_LENGTH
from tickets.api.serializers import PersonField, Slug
from tickets.api.views import IDEMPOTENCY, idempotency_key, valid
from tickets.models import Ticket
from tickets.reading import KEY

MOST_LISTED = 100


class MajorUpdateSerializer(serializers.ModelSerializer):
    sent_by = PersonField(read_only=True)

    class Meta:
        model = MajorUpdate
        fields = ("number", "text", "text_id", "sent_by", "sent_at", "next_update_at", "is_final", "recipients")


class MajorSerializer(serializers.ModelSerializer):
    """A major incident; `tickets` are those of it that the token's person may see."""

    service: Slug = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    commander = PersonField(read_only=True)
    communicator = PersonField(read_only=True)
    scribe = PersonField(read_only=True)
    declared_by = PersonField(read_only=True)
    updates = MajorUpdateSerializer(many=True, read_only=True)
    tickets = serializers.SerializerMethodField()

    class Meta:
        model = MajorIncident
        fields = (
            "id", "key", "state", "title", "title_id", "service", "severity", "service_state", "proposed_at",
            "declared_at", "declared_by", "stood_down_at", "commander", "communicator", "scribe", "cadence_minutes",
            "next_update_at", "tickets", "updates",
        )  # fmt: skip

    def get_tickets(self, incident: MajorIncident) -> list[str]:
        """The keys, the lead first."""
        tickets: list[Ticket] = self.context["tickets"].get(incident.pk, [])
        return [ticket.key for ticket in tickets]


class PromoteSerializer(StrictSerializer):
    title = serializers.CharField(max_length=TITLE_LENGTH)
    title_id = serializers.CharField(max_length=TITLE_LENGTH)
    service = serializers.SlugRelatedField(slug_field="slug", queryset=Service.objects.all())
    severity = serializers.ChoiceField(choices=MajorIncident.Severity.choices)
    service_state = serializers.ChoiceField(choices=[(state.value, state.label) for state in PUBLISHED_STATES])
    cadence_minutes = serializers.IntegerField(required=False)


class AttachSerializer(StrictSerializer):
    """Tickets by their keys."""

    tickets = serializers.ListField(
        child=serializers.RegexField(KEY.pattern), allow_empty=False, max_length=MOST_AT_ONCE
    )


class UpdateSerializer(StrictSerializer):
    text = serializers.CharField(max_length=UPDATE_LENGTH)
    text_id = serializers.CharField(max_length=UPDATE_LENGTH)


class StandDownSerializer(UpdateSerializer):
    """The last update; `resolution` resolves the tickets that are still open and visible, `resolve` only these."""

    resolution = serializers.CharField(max_length=20_000, required=False, default="", allow_blank=True)
    resolve = serializers.ListField(child=serializers.RegexField(KEY.pattern), required=False, max_length=MOST_AT_ONCE)


class TogetherSerializer(serializers.Serializer):
    """What came of a step on several tickets."""

    done = serializers.ListField(child=serializers.CharField())
    refused = serializers.DictField(child=serializers.CharField(), help_text="By the ticket's key, why.")


class MajorIncidents(APIView):
    """Major incidents, the newest first; for agents."""

    @extend_schema(responses=MajorSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        _agents_only(request)
        found = MajorIncident.objects.visible_to(request.user).with_people().prefetch_related("updates__sent_by")
        rows = list(found[:MOST_LISTED])
        return Response(MajorSerializer(rows, many=True, context={"tickets": _tickets_of(rows, request.user)}).data)


class Promote(APIView):
    """Declare a proposed one."""

    @extend_schema(request=PromoteSerializer, responses=MajorSerializer)
    def post(self, request: ApiRequest, pk: int) -> Response:
        incident = _incident(request, pk)
        if not Ticket.objects.staffed_by(request.user).filter(pk=incident.lead_id).exists():
            raise NotVisible()
        fields = {"cadence_minutes": settings.MAJOR_CADENCE_MINUTES, **valid(PromoteSerializer, request)}
        commands.promote(
            incident,
            actor=request.user,
            declaration=commands.Declaration(**fields, commander=request.user),
        )
        return _answer(request, incident)


class Attach(APIView):
    """Take tickets in as duplicates; those that do not fit are named with the reason."""

    @extend_schema(request=AttachSerializer, responses=TogetherSerializer)
    def post(self, request: ApiRequest, pk: int) -> Response:
        incident = _incident(request, pk)
        tickets = chosen(request.user, _numbers(valid(AttachSerializer, request)["tickets"]))
        return _together(commands.attach(incident, actor=request.user, tickets=tickets))


class Updates(APIView):
    """Tell everybody affected. Under the same Idempotency-Key once."""

    @extend_schema(request=UpdateSerializer, responses={201: MajorUpdateSerializer}, parameters=[IDEMPOTENCY])
    def post(self, request: ApiRequest, pk: int) -> Response:
        incident = _incident(request, pk)
        fields = valid(UpdateSerializer, request)
        key = idempotency_key(request) or ""
        update = commands.send_update(incident, actor=request.user, **fields, dedupe_key=key)
        data: Any = MajorUpdateSerializer(update).data
        return Response(data, status=201)


class StandDown(APIView):
    """End it, and resolve its tickets."""

    @extend_schema(request=StandDownSerializer, responses=TogetherSerializer)
    def post(self, request: ApiRequest, pk: int) -> Response:
        incident = _incident(request, pk)
        fields = valid(StandDownSerializer, request)
        wanted = fields.pop("resolve", None)
        commands.stand_down(incident, actor=request.user, **fields)
        tickets = [ticket for ticket in visible_tickets(incident, request.user) if ticket.is_live]
        if wanted is not None:
            numbers = _numbers(wanted)
            tickets = [ticket for ticket in tickets if ticket.pk in numbers]
        if not fields["resolution"].strip():
            tickets = []
        return _together(
            commands.resolve_together(incident, actor=request.user, tickets=tickets, resolution=fields["resolution"])
        )


def _agents_only(request: ApiRequest) -> None:
    if not request.user.hats.is_agent:
        raise NotVisible()


def _incident(request: ApiRequest, pk: int) -> MajorIncident:
    _agents_only(request)
    incident = MajorIncident.objects.visible_to(request.user).with_people().filter(pk=pk).first()
    if incident is None:
        raise NotVisible()
    return incident


def _tickets_of(incidents: list[MajorIncident], viewer: User) -> dict[int, list[Ticket]]:
    """The tickets of each that this person sees as staff, the lead first; one query."""
    links = MajorTicket.objects.filter(incident__in=incidents, detached_at__isnull=True)
    found: dict[int, list[Ticket]] = defaultdict(list)
    for link in links.filter(ticket__in=Ticket.objects.staffed_by(viewer)).select_related("ticket"):
        found[link.incident_id].append(link.ticket)
    return found


def _numbers(keys: list[str]) -> list[int]:
    return [int(match[1]) for key in keys if (match := KEY.fullmatch(key))]


def _answer(request: ApiRequest, incident: MajorIncident) -> Response:
    data: Any = MajorSerializer(incident, context={"tickets": _tickets_of([incident], request.user)}).data
    return Response(data)


def _together(together: Any) -> Response:
    refused = {ticket.key: words for ticket, words in together.refused}
    return Response({"done": [ticket.key for ticket in together.done], "refused": refused})
