"""The next ticket over REST."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from core.errors import NotAllowed
from escalation import commands
from tickets.api.serializers import TicketSerializer
from tickets.api.views import answered


class NextTicket(APIView):
    """Take the best free ticket of one's own teams; 204 when nothing is free. Two who ask at once get two."""

    @extend_schema(request=None, responses={200: TicketSerializer, 204: None})
    def post(self, request: ApiRequest) -> Response:
        if not request.user.hats.is_agent:
            raise NotAllowed()
        taken = commands.take_next(actor=request.user)
        return answered(taken.ticket) if taken else Response(status=204)
