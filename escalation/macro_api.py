"""Macros over REST: which there are, and running one."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from core.errors import NotAllowed, NotVisible
from escalation.commands.macro_runs import run_macro
from escalation.models import Macro
from tickets.api.serializers import Slug, TicketSerializer, VersionedSerializer
from tickets.api.views import IDEMPOTENCY, answered, idempotency_key, valid
from tickets.reading import ticket_by_key


class MacroSerializer(serializers.ModelSerializer):
    """A macro the asker may run. `steps` and `only_if` are as in rules ("then" and "if")."""

    team: Slug = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Macro
        fields = ("id", "name", "scope", "team", "steps", "only_if", "version")


class RunMacroSerializer(VersionedSerializer):
    macro_version = serializers.IntegerField(
        required=False, min_value=1, help_text="The version of the macro that was read; another one is a conflict."
    )


class Macros(APIView):
    """The macros in use that the asker may run, in their order."""

    @extend_schema(responses=MacroSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        if not request.user.hats.is_agent:
            raise NotAllowed()
        found = Macro.objects.visible_to(request.user).active().select_related("team")
        return Response(MacroSerializer(found, many=True).data)


class RunMacro(APIView):
    """Run a macro on a ticket: all of its steps, or none. Replies leave at once."""

    @extend_schema(request=RunMacroSerializer, responses=TicketSerializer, parameters=[IDEMPOTENCY])
    def post(self, request: ApiRequest, key: str, pk: int) -> Response:
        ticket = ticket_by_key(request.user, key)
        macro = Macro.objects.visible_to(request.user).filter(pk=pk).first()
        if macro is None:
            raise NotVisible()
        asked = valid(RunMacroSerializer, request)
        run_macro(
            ticket,
            macro,
            actor=request.user,
            seen=asked.get("macro_version"),
            version=asked.get("version"),
            dedupe_key=idempotency_key(request) or "",
        )
        ticket.refresh_from_db()
        return answered(ticket)
