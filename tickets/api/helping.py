"""Helpers of a ticket over REST."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Team, Tier, User
from accounts.requests import ApiRequest
from core.errors import NotAllowed
from tickets import commands
from tickets.api.serializers import PersonField, Slug, StrictSerializer, TicketSerializer, VersionedSerializer
from tickets.api.views import valid
from tickets.commands.helping import MOST_MINUTES
from tickets.models import Helper, Ticket
from tickets.policies import sees_as_staff
from tickets.reading import ticket_by_key
from tickets.texts import REMARK_LENGTH


class HelperSerializer(serializers.ModelSerializer):
    """Exactly one of person, team and tier is set. `ended_why` is empty as long as the invitation is open."""

    person = PersonField(read_only=True)
    team: Slug = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    tier: Slug = serializers.SlugRelatedField(slug_field="level", read_only=True)
    invited_by = PersonField(read_only=True)

    class Meta:
        model = Helper
        fields = (
            "id", "person", "team", "tier", "via", "invited_by", "invited_at", "asked", "joined_at", "minutes",
            "left_at", "ended_at", "ended_why",
        )  # fmt: skip


class InviteSerializer(VersionedSerializer):
    """Whom to ask: a person (number), a team (slug) or a tier (level)."""

    asked = serializers.CharField(max_length=REMARK_LENGTH)
    person = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True), required=False)
    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all(), required=False)
    tier = serializers.SlugRelatedField(slug_field="level", queryset=Tier.objects.all(), required=False)


class MinutesSerializer(StrictSerializer):
    minutes = serializers.IntegerField(min_value=0, max_value=MOST_MINUTES)


class DoneSerializer(MinutesSerializer):
    note = serializers.CharField(max_length=20_000, required=False, default="", allow_blank=True)


class HelperNumberSerializer(StrictSerializer):
    helper = serializers.IntegerField(min_value=1)


class Helpers(APIView):
    """Who was asked and who helped; for staff."""

    @extend_schema(responses=HelperSerializer(many=True))
    def get(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        if not sees_as_staff(request.user, ticket):
            raise NotAllowed()
        rows = ticket.helpers.select_related("person", "team", "tier", "invited_by")
        return Response(HelperSerializer(rows, many=True).data)


class Invite(APIView):
    """Ask a person, a team or a tier to help."""

    @extend_schema(request=InviteSerializer, responses={201: HelperSerializer})
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        row = commands.invite(ticket, actor=request.user, **valid(InviteSerializer, request))
        return Response(HelperSerializer(row).data, status=201)


class Join(APIView):
    """Help as asked."""

    @extend_schema(request=None, responses=HelperSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        row = commands.join(ticket, actor=request.user, **valid(StrictSerializer, request))
        return Response(HelperSerializer(row).data)


class LogHelp(APIView):
    """Say how long one has helped, or correct it."""

    @extend_schema(request=MinutesSerializer, responses=HelperSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        row = commands.log_help(ticket, actor=request.user, **valid(MinutesSerializer, request))
        return Response(HelperSerializer(row).data)


class HelpDone(APIView):
    """Stop helping."""

    @extend_schema(request=DoneSerializer, responses=HelperSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        row = commands.help_done(ticket, actor=request.user, **valid(DoneSerializer, request))
        return Response(HelperSerializer(row).data)


class Uninvite(APIView):
    """Take an invitation back."""

    @extend_schema(request=HelperNumberSerializer, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        number = valid(HelperNumberSerializer, request)["helper"]
        commands.uninvite(ticket, actor=request.user, helper=Helper(pk=number))
        data: Any = TicketSerializer(Ticket.objects.select_related("team", "tier").get(pk=ticket.pk)).data
        return Response(data)
