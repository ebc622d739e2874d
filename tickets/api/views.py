"""Tickets over REST: load what is visible, validate shape, one command, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, pagination, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts.models import User
from accounts.requests import ApiRequest
from core.cleaning import whole_number
from core.errors import Invalid
from tickets import commands
from tickets.api import serializers as shapes
from tickets.choices import Channel, Priority, Status
from tickets.commands.conversation import message_key
from tickets.commands.opening import Report
from tickets.models import Message, Ticket, TicketEvent
from tickets.querysets import TicketQuerySet
from tickets.reading import ticket_by_key

KEY_LENGTH = 255
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Send the same key again and nothing happens twice."
)


class NewestFirst(pagination.CursorPagination):
    """Keyset pages: page 1,000 costs what page 1 costs."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> pagination.Cursor | None:
        """The place to go on from; a made-up one is answered like a page that is not there."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and whole_number(str(cursor.position)) is None:
            raise NotFound(self.invalid_cursor_message)
        return cursor


class TicketFilter(django_filters.FilterSet):
    """The only names a list may be narrowed by."""

    status = django_filters.MultipleChoiceFilter(choices=Status.choices)
    priority = django_filters.MultipleChoiceFilter(choices=Priority.choices)
    team = django_filters.CharFilter(field_name="team__slug")
    tier = django_filters.NumberFilter(field_name="tier__level", max_value=9)
    service = django_filters.CharFilter(field_name="service__slug")
    assignee = django_filters.NumberFilter(field_name="assignee_id", max_value=2**31)
    opened_after = django_filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="gte")
    opened_before = django_filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="lt")

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ()

    def is_valid(self) -> bool:
        """A filter nobody knows is an error, not a list of everything."""
        unknown = set(self.data) - set(self.filters) - {"cursor", "page_size", "format"}
        if unknown:
            raise Invalid(
                _("There is no such filter."), fields={name: [_("There is no such filter.")] for name in unknown}
            )
        return bool(super().is_valid())


class TicketViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Tickets this token's person may see."""

    serializer_class = shapes.TicketSerializer
    pagination_class = NewestFirst
    filterset_class = TicketFilter
    lookup_field = "key"
    lookup_value_regex = r"[A-Za-z0-9-]{1,20}"
    queryset = Ticket.objects.none()

    @property
    def person(self) -> User:
        """Who asks; the permission classes let nobody else through."""
        return self.request.user  # type: ignore[return-value]

    def get_queryset(self) -> TicketQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Ticket.objects.none()
        related = ("requester", "assignee", "team", "tier", "service", "category")
        return Ticket.objects.visible_to(self.person).select_related(*related)

    def retrieve(self, request: ApiRequest, key: str) -> Response:
        return Response(self.get_serializer(ticket_by_key(request.user, key)).data)

    @extend_schema(request=shapes.OpenSerializer, responses={201: shapes.TicketSerializer}, parameters=[IDEMPOTENCY])
    def create(self, request: ApiRequest) -> Response:
        """Open a ticket."""
        fields = valid(shapes.OpenSerializer, request)
        if "external_ref" in fields and not request.user.hats.is_agent:
            raise Invalid.field("external_ref", _("References of other systems are for agents and integrations."))
        requester = _requester(request.user, fields.pop("requester", None))
        ticket = commands.open(
            Report(**fields),
            actor=request.user,
            requester=requester,
            channel=Channel.API,
            submission_key=idempotency_key(request),
        )
        return self._answer(ticket, 201)

    @extend_schema(responses=shapes.MessageSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def messages(self, request: ApiRequest, key: str) -> Response:
        """The conversation; internal notes only for staff."""
        ticket = ticket_by_key(request.user, key)
        found = Message.objects.visible_to(request.user, ticket).select_related("author")
        return Response(shapes.MessageSerializer(found, many=True).data)

    @extend_schema(responses=shapes.EventSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def events(self, request: ApiRequest, key: str) -> Response:
        """The history, as far as this person sees it."""
        ticket = ticket_by_key(request.user, key)
        found = TicketEvent.objects.visible_to(request.user, ticket).select_related("actor")
        return Response(shapes.EventSerializer(found, many=True).data)

    @extend_schema(request=shapes.BodySerializer, responses={201: shapes.MessageSerializer}, parameters=[IDEMPOTENCY])
    @action(detail=True, methods=["post"])
    def reply(self, request: ApiRequest, key: str) -> Response:
        """Write to the other side."""
        return self._write(request, key, commands.reply, channel=Channel.API)

    @extend_schema(request=shapes.BodySerializer, responses={201: shapes.MessageSerializer}, parameters=[IDEMPOTENCY])
    @action(detail=True, methods=["post"])
    def note(self, request: ApiRequest, key: str) -> Response:
        """Write for staff only."""
        return self._write(request, key, commands.note)

    @extend_schema(request=shapes.AssignSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: ApiRequest, key: str) -> Response:
        return self._do(request, key, commands.assign, shapes.AssignSerializer)

    @extend_schema(request=shapes.PrioritiseSerializer)
    @action(detail=True, methods=["post"])
    def prioritise(self, request: ApiRequest, key: str) -> Response:
        return self._do(request, key, commands.prioritise, shapes.PrioritiseSerializer)

    @extend_schema(request=shapes.PendSerializer)
    @action(detail=True, methods=["post"])
    def pend(self, request: ApiRequest, key: str) -> Response:
        return self._do(request, key, commands.pend, shapes.PendSerializer)

    @extend_schema(request=shapes.VersionedSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: ApiRequest, key: str) -> Response:
        return self._do(request, key, commands.resume, shapes.VersionedSerializer)

    @extend_schema(request=shapes.ResolveSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: ApiRequest, key: str) -> Response:
        return self._do(request, key, commands.resolve, shapes.ResolveSerializer)

    @extend_schema(request=shapes.ReasonSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: ApiRequest, key: str) -> Response:
        return self._do(request, key, commands.reopen, shapes.ReasonSerializer)

    @extend_schema(request=shapes.ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: ApiRequest, key: str) -> Response:
        return self._do(request, key, commands.cancel, shapes.ReasonSerializer)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request: ApiRequest, key: str) -> Response:
        return self._do(request, key, commands.close, shapes.StrictSerializer)

    @extend_schema(request=shapes.RateSerializer)
    @action(detail=True, methods=["post"])
    def rate(self, request: ApiRequest, key: str) -> Response:
        return self._do(request, key, commands.rate, shapes.RateSerializer)

    def _write(self, request: ApiRequest, key: str, command: Callable[..., Message], **more: Any) -> Response:
        ticket = ticket_by_key(request.user, key)
        dedupe_key = message_key(request.user, ticket, command.__name__, idempotency_key(request) or "")
        body = valid(shapes.BodySerializer, request)["body"]
        message = command(ticket, actor=request.user, body=body, dedupe_key=dedupe_key, **more)
        return Response(shapes.MessageSerializer(message).data, status=201)

    def _do(self, request: ApiRequest, key: str, command: Callable[..., Any], shape: type[Serializer]) -> Response:
        ticket = ticket_by_key(request.user, key)
        command(ticket, actor=request.user, **valid(shape, request))
        return self._answer(ticket, 200)

    def _answer(self, ticket: Ticket, status: int) -> Response:
        return Response(self.get_serializer(ticket).data, status=status)


def answered(ticket: Ticket) -> Response:
    """The ticket as it stands after a command."""
    data: Any = shapes.TicketSerializer(ticket).data
    return Response(data)


def valid(shape: type[Serializer], request: ApiRequest) -> dict[str, Any]:
    """The request's fields in their types.

    Raises:
        ValidationError: naming each field that does not fit, unknown ones included.
    """
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def idempotency_key(request: ApiRequest) -> str | None:
    """The client's own key for this intent.

    Raises:
        Invalid: it is longer than 255 characters.
    """
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > KEY_LENGTH:
        raise Invalid(_("The Idempotency-Key is longer than 255 characters."))
    return key or None


def _requester(user: User, email: str | None) -> User:
    if email is None:
        return user
    found = User.objects.filter(email=email.lower(), is_active=True).first()
    # for those who may not file for others an address known and one unknown look the same
    if found is None and user.hats.is_agent:
        raise Invalid.field("requester", _("Nobody has this address."))
    if found is None:
        found = User(email=email)
    return found
