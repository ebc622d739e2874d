"""Links, merges and splits over REST."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from catalogue.models import Category
from core.errors import NotAllowed, NotVisible
from tickets import commands
from tickets.api.serializers import StrictSerializer, TicketSerializer, VersionedSerializer
from tickets.api.views import IDEMPOTENCY, answered, idempotency_key, valid
from tickets.commands.opening import Report
from tickets.linked import wanted
from tickets.models import Message, Ticket, TicketLink
from tickets.models.links import BY_HAND
from tickets.models.ticket import SUBJECT_LENGTH
from tickets.policies import sees_as_staff
from tickets.reading import ticket_by_key


class LinkSerializer(serializers.ModelSerializer):
    """Read from `ticket` to `other`: the ticket is a child of the other, or the duplicate of it."""

    ticket = serializers.CharField(source="source.key", read_only=True)
    other = serializers.CharField(source="target.key", read_only=True)

    class Meta:
        model = TicketLink
        fields = ("id", "kind", "ticket", "other", "message", "created_at")


class NewLinkSerializer(StrictSerializer):
    """What this ticket is to the other one; to make it a parent, link from the child."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in BY_HAND])
    other = serializers.CharField(max_length=300)


class MergeSerializer(VersionedSerializer):
    """`follow` lets the requester of the merged ticket read what is written to the requester of the other one."""

    into = serializers.CharField(max_length=300)
    follow = serializers.BooleanField(required=False, default=False)


class SplitSerializer(StrictSerializer):
    message = serializers.IntegerField(min_value=1)
    subject = serializers.CharField(max_length=SUBJECT_LENGTH)
    category = serializers.SlugRelatedField(
        slug_field="slug", queryset=Category.objects.select_related("service"), required=False
    )
    intake = serializers.DictField(required=False)


class Links(APIView):
    """Links of a ticket; for staff, and only to tickets they may see."""

    @extend_schema(responses=LinkSerializer(many=True))
    def get(self, request: ApiRequest, key: str) -> Response:
        rows = _links(request, _staffed(request, key))
        return Response(LinkSerializer(rows, many=True).data)

    @extend_schema(request=NewLinkSerializer, responses={201: LinkSerializer})
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = _staffed(request, key)
        typed = valid(NewLinkSerializer, request)
        other = wanted(request.user, typed["other"])
        link = commands.link(ticket, actor=request.user, kind=typed["kind"], other=other)
        return Response(LinkSerializer(link).data, status=201)


class Link(APIView):
    """One link of a ticket."""

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: ApiRequest, key: str, pk: int) -> Response:
        ticket = _staffed(request, key)
        link = _links(request, ticket).filter(pk=pk).first()
        if link is None:
            raise NotVisible()
        commands.unlink(ticket, actor=request.user, link=link)
        return Response(status=204)


class Merge(APIView):
    """Merge a duplicate into another ticket; answers with the ticket that goes on."""

    @extend_schema(request=MergeSerializer, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = _staffed(request, key)
        typed = valid(MergeSerializer, request)
        into = wanted(request.user, typed.pop("into"), "into")
        home = commands.merge(ticket, into=into, actor=request.user, **typed)
        return answered(ticket_by_key(request.user, home.key))


class Unmerge(APIView):
    """Take a merge back."""

    @extend_schema(request=None, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = _staffed(request, key)
        valid(StrictSerializer, request)
        return answered(commands.unmerge(ticket, actor=request.user))


class Split(APIView):
    """Open a ticket with the words and files of one message."""

    @extend_schema(request=SplitSerializer, responses={201: TicketSerializer}, parameters=[IDEMPOTENCY])
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = _staffed(request, key)
        typed: dict[str, Any] = valid(SplitSerializer, request)
        message = Message.objects.visible_to(request.user, ticket).filter(pk=typed.pop("message")).first()
        if message is None:
            raise NotVisible()
        report = Report(description=message.body, **typed)
        sent = (idempotency_key(request) or "")[:200]
        fresh = commands.split(ticket, message=message, report=report, actor=request.user, submission_key=sent)
        response = answered(fresh)
        response.status_code = 201
        return response


def _staffed(request: ApiRequest, key: str) -> Ticket:
    ticket = ticket_by_key(request.user, key)
    if not sees_as_staff(request.user, ticket):
        raise NotAllowed()
    return ticket


def _links(request: ApiRequest, ticket: Ticket) -> Any:
    return TicketLink.objects.visible_to(request.user).touching(ticket).select_related("source", "target")
