"""Vendors, referrals and bugs over REST."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from catalogue.models import Contract, Vendor
from core.errors import NotAllowed, NotVisible
from escalation import commands
from escalation.commands.bugs import NAME_LENGTH, TITLE_LENGTH, URL_LENGTH
from escalation.commands.vendor import REFERENCE_LENGTH, TAKEN_BACK
from escalation.models import ExternalBug, VendorReferral
from tickets.api.serializers import PersonField, Slug, StrictSerializer, TicketSerializer, VersionedSerializer
from tickets.api.views import answered, valid
from tickets.models import Ticket
from tickets.policies import sees_as_staff
from tickets.reading import ticket_by_key

MOST_CHARACTERS = 20_000


class ContractSerializer(serializers.ModelSerializer):
    """`why_not` says why it cannot be chosen today; empty where it can."""

    services: Slug = serializers.SlugRelatedField(slug_field="slug", many=True, read_only=True)
    minutes = serializers.DictField(child=serializers.IntegerField(), help_text="To a solution, by priority.")
    why_not = serializers.SerializerMethodField()

    class Meta:
        model = Contract
        fields = ("id", "number", "services", "valid_from", "valid_until", "minutes", "is_active", "why_not")

    def get_why_not(self, contract: Contract) -> str:
        """Why it cannot be chosen today."""
        return contract.why_not(timezone.localdate())


class VendorSerializer(serializers.ModelSerializer):
    contracts = ContractSerializer(many=True)

    class Meta:
        model = Vendor
        fields = ("id", "name", "email", "phone", "portal_url", "contracts")


class ReferralSerializer(serializers.ModelSerializer):
    """`ended_why` is empty as long as the ticket is with the vendor."""

    vendor = serializers.CharField(source="vendor.name")
    contract = serializers.CharField(source="contract.number")
    sent_by = PersonField(read_only=True)
    ended_by = PersonField(read_only=True)

    class Meta:
        model = VendorReferral
        fields = (
            "id", "vendor", "contract", "reference", "sent_at", "sent_by", "heard_at", "chase_at", "chased", "ended_at",
            "ended_by", "ended_verb", "ended_why", "ended_words",
        )  # fmt: skip


class ReferSerializer(VersionedSerializer):
    """`contract` is the number a contract has in `GET /vendors/`."""

    contract = serializers.PrimaryKeyRelatedField(queryset=Contract.objects.select_related("vendor"))
    request = serializers.CharField(max_length=MOST_CHARACTERS)
    reference = serializers.CharField(max_length=REFERENCE_LENGTH, required=False, default="", allow_blank=True)
    chase_at = serializers.DateTimeField(required=False, allow_null=True)


class LogSerializer(VersionedSerializer):
    direction = serializers.ChoiceField(choices=VendorReferral.Direction.choices)
    words = serializers.CharField(max_length=MOST_CHARACTERS)
    reference = serializers.CharField(max_length=REFERENCE_LENGTH, required=False, default="", allow_blank=True)
    chase_at = serializers.DateTimeField(required=False, allow_null=True)


class TakeBackSerializer(VersionedSerializer):
    reason = serializers.ChoiceField(choices=[(why.value, why.label) for why in TAKEN_BACK])
    words = serializers.CharField(max_length=MOST_CHARACTERS)


class BugSerializer(serializers.ModelSerializer):
    class Meta:
        model = ExternalBug
        fields = ("id", "url", "tracker", "title", "affected_version", "fixed_version", "state", "fixed_at")


class LinkSerializer(VersionedSerializer):
    """`title` may be left out for a bug that is known by its address."""

    url = serializers.CharField(max_length=URL_LENGTH)
    title = serializers.CharField(max_length=TITLE_LENGTH, required=False, default="", allow_blank=True)
    tracker = serializers.CharField(max_length=NAME_LENGTH, required=False, default="", allow_blank=True)
    affected_version = serializers.CharField(max_length=NAME_LENGTH, required=False, default="", allow_blank=True)


class FixSerializer(StrictSerializer):
    fixed_version = serializers.CharField(max_length=NAME_LENGTH)


class ReferToVendor(APIView):
    """Ask a vendor for help under a contract."""

    @extend_schema(request=ReferSerializer, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        commands.refer_to_vendor(ticket, actor=request.user, **valid(ReferSerializer, request))
        return answered(ticket)


class VendorLog(APIView):
    """Keep what the vendor said, or what it was sent again."""

    @extend_schema(request=LogSerializer, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        commands.vendor_answer(ticket, actor=request.user, **valid(LogSerializer, request))
        return answered(ticket)


class TakeBack(APIView):
    """Work on it in-house again."""

    @extend_schema(request=TakeBackSerializer, responses=TicketSerializer)
    def post(self, request: ApiRequest, key: str) -> Response:
        ticket = ticket_by_key(request.user, key)
        commands.take_back(ticket, actor=request.user, **valid(TakeBackSerializer, request))
        return answered(ticket)


class Referrals(APIView):
    """When the ticket was with which vendor; for staff."""

    @extend_schema(responses=ReferralSerializer(many=True))
    def get(self, request: ApiRequest, key: str) -> Response:
        rows = _as_staff(request, key).referrals.select_related("vendor", "contract", "sent_by", "ended_by")
        return Response(ReferralSerializer(rows, many=True).data)


class Bugs(APIView):
    """The bugs that explain a ticket; for staff."""

    @extend_schema(responses=BugSerializer(many=True))
    def get(self, request: ApiRequest, key: str) -> Response:
        bugs = ExternalBug.objects.filter(links__ticket=_as_staff(request, key))
        return Response(BugSerializer(bugs, many=True).data)

    @extend_schema(request=LinkSerializer, responses={201: BugSerializer})
    def post(self, request: ApiRequest, key: str) -> Response:
        """Link a bug, known by its address."""
        ticket = ticket_by_key(request.user, key)
        bug = commands.link_bug(ticket, actor=request.user, **valid(LinkSerializer, request))
        return Response(BugSerializer(bug).data, status=201)


class Bug(APIView):
    """One bug of a ticket: take it away, or say which version has the fix."""

    @extend_schema(responses={204: None})
    def delete(self, request: ApiRequest, key: str, pk: int) -> Response:
        ticket = _as_staff(request, key)
        commands.unlink_bug(ticket, actor=request.user, bug=_bug(ticket, pk))
        return Response(status=204)

    @extend_schema(request=FixSerializer, responses=BugSerializer)
    def post(self, request: ApiRequest, key: str, pk: int) -> Response:
        """Enter the version with the fix; every linked ticket hears of it."""
        bug = _bug(_as_staff(request, key), pk)
        fixed = commands.fix_bug(bug, actor=request.user, **valid(FixSerializer, request))
        return Response(BugSerializer(fixed).data)


class Vendors(APIView):
    """Vendors with their contracts; for staff."""

    @extend_schema(responses=VendorSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        if not request.user.hats.is_agent:
            raise NotAllowed()
        vendors = Vendor.objects.prefetch_related("contracts__services")
        return Response(VendorSerializer(vendors, many=True).data)


def _as_staff(request: ApiRequest, key: str) -> Ticket:
    ticket = ticket_by_key(request.user, key)
    if not sees_as_staff(request.user, ticket):
        raise NotAllowed()
    return ticket


def _bug(ticket: Ticket, pk: int) -> ExternalBug:
    found = ExternalBug.objects.filter(pk=pk, links__ticket=ticket).first()
    if found is None:
        raise NotVisible()
    return found
