"""The search over REST: the same question, the same door."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from core.cleaning import whole_number
from core.errors import Invalid
from tickets.search.answer import Answer, search
from tickets.search.highlight import Piece
from tickets.search.language import LONGEST_QUESTION

HIGHEST_PAGE = 50


class FoundSerializer(serializers.Serializer):
    """One result, of whatever kind."""

    kind = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    snippet = serializers.CharField()
    status = serializers.CharField()
    url = serializers.CharField()


class AnswerSerializer(serializers.Serializer):
    """`total` counts tickets; with `more` there are at least so many. `corrected` is what was searched instead."""

    query = serializers.CharField()
    corrected = serializers.CharField()
    total = serializers.IntegerField()
    more = serializers.BooleanField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.DictField(child=serializers.IntegerField()))
    hints = serializers.ListField(child=serializers.CharField())
    results = FoundSerializer(many=True)


class Search(APIView):
    """Tickets, articles, people and assets this token's person may see."""

    @extend_schema(
        responses=AnswerSerializer,
        parameters=[
            OpenApiParameter("q", str, description="Words and operators, at most 300 characters.", required=True),
            OpenApiParameter("page", int, description="From 1; twenty tickets a page."),
            OpenApiParameter("exact", bool, description="1: correct no typing errors."),
        ],
    )
    def get(self, request: ApiRequest) -> Response:
        """Search everywhere."""
        text = request.query_params.get("q", "").strip()
        page = whole_number(request.query_params.get("page", "1"))
        if not text or len(text) > LONGEST_QUESTION:
            raise Invalid.field("q", _("Expected 1 to %(count)s characters.") % {"count": LONGEST_QUESTION})
        if page is None or not 1 <= page <= HIGHEST_PAGE:
            raise Invalid.field("page", _("Expected a page from 1 to %(count)s.") % {"count": HIGHEST_PAGE})
        answer = search(request.user, text, page=page, as_typed=request.query_params.get("exact") == "1")
        return Response(AnswerSerializer(_shown(answer)).data)


def _shown(answer: Answer) -> dict[str, Any]:
    results = [
        {
            "kind": "ticket",
            "key": row.ticket.key,
            "title": row.ticket.subject,
            "snippet": _text(row.snippet),
            "status": row.ticket.status,
            "url": f"/api/v1/tickets/{row.ticket.key}/",
        }
        for row in answer.tickets
    ]
    direct = answer.direct
    if direct and all(one["key"] != direct.key for one in results):
        first = {"kind": "ticket", "key": direct.key, "title": direct.subject, "snippet": "", "status": direct.status}
        results.insert(0, {**first, "url": f"/api/v1/tickets/{direct.key}/"})
    for row in (row for rows in answer.others.values() for row in rows):
        other = row.found
        shown = {"kind": other.kind, "key": other.detail if other.kind == "article" else "", "title": other.title}
        results.append({**shown, "snippet": _text(row.snippet), "status": "", "url": other.url})
    return {
        "query": answer.question.text,
        "corrected": answer.corrected,
        "total": answer.total,
        "more": answer.more,
        "page": answer.page,
        "pages": answer.pages,
        "counts": {name: {str(value): n for value, n in counter.items()} for name, counter in answer.counts.items()},
        "hints": answer.hints,
        "results": results,
    }


def _text(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces).strip()
