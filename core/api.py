"""What every part of the REST API shares: problem responses (RFC 9457) and strict input."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, parsers, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.errors import Conflict, DomainError, Invalid

PROBLEM_JSON = "application/problem+json"


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every error is a problem object with type, title, status, detail and field errors."""
    if isinstance(error, DomainError):
        return _of_domain(error)
    if isinstance(error, Http404):
        return _response(404, "not_found", _("There is nothing here, or it is not yours to see."))
    answer = exception_handler(error, context)
    if answer is None or not isinstance(error, exceptions.APIException):
        return answer
    fields = answer.data if isinstance(error, exceptions.ValidationError) else None
    detail = _("The request is not valid.") if fields else str(error.detail)
    found = _response(answer.status_code, error.default_code, detail, fields=fields)
    for name in ("WWW-Authenticate", "Retry-After"):
        if answer.has_header(name):
            found[name] = answer[name]
    return found


def _of_domain(error: DomainError) -> Response:
    fields = error.fields or None if isinstance(error, Invalid) else None
    more: dict[str, Any] = {}
    if isinstance(error, Conflict):
        more["changes"] = [{"verb": event.verb, "by": event.actor.name, "at": event.at} for event in error.events]
    return _response(error.status, error.code, error.message, fields=fields, **more)


def _response(status: int, code: str, detail: str, *, fields: Any = None, **more: Any) -> Response:
    body: dict[str, Any] = {"type": f"about:blank#{code}", "title": code, "status": status, "detail": detail, **more}
    if fields:
        body["errors"] = fields
    return Response(body, status=status, content_type=PROBLEM_JSON)


class JsonParser(parsers.JSONParser):
    """JSON, of a depth a person could have meant."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        """Parse; brackets without end are an error of the client's, not of ours."""
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise exceptions.ParseError(_("This JSON is nested too deeply.")) from None


class StrictSerializer(serializers.Serializer):
    """Refuses fields it does not know, so that nothing a client meant is dropped in silence (mass assignment too)."""

    def to_internal_value(self, data: Any) -> Any:
        """Validate, naming unknown fields."""
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({name: [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)
