"""The ladder over REST, and calling, answering and putting off by it."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from core.errors import NotAllowed
from escalation import commands
from escalation.ladder import ladder
from escalation.ladder_definition import as_tree
from escalation.models import Summons
from escalation.policies import reads_promises
from tickets.api.serializers import TicketSerializer, VersionedSerializer
from tickets.api.views import answered, valid
from tickets.reading import ticket_by_key


class SummonSerializer(VersionedSerializer):
    """Who is called first, and why they are needed."""

    rung = serializers.ChoiceField(choices=Summons.Rung.choices)
    reason = serializers.CharField(max_length=300)


class AcknowledgeSerializer(VersionedSerializer):
    answer = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class LadderView(APIView):
    """The ladder in force: tiers in order, steps, what each asks for; for the desk."""

    @extend_schema(responses={200: serializers.DictField()})
    def get(self, request: ApiRequest) -> Response:
        if not reads_promises(request.user):
            raise NotAllowed()
        return Response(as_tree(ladder()))


class Summon(APIView):
    """Call somebody with more say."""

    @extend_schema(request=SummonSerializer, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        commands.summon(ticket, actor=request.user, **valid(SummonSerializer, request))
        return answered(ticket)


class Acknowledge(APIView):
    """Answer a call."""

    @extend_schema(request=AcknowledgeSerializer, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        commands.acknowledge(ticket, actor=request.user, **valid(AcknowledgeSerializer, request))
        return answered(ticket)


class HoldMove(APIView):
    """Put the next automatic move off by an hour."""

    @extend_schema(request=VersionedSerializer, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        commands.hold(ticket, actor=request.user, **valid(VersionedSerializer, request))
        return answered(ticket)
