"""What views may rely on: every page is for somebody signed in (the login middleware sees to it)."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from accounts.models import User


class SignedIn(HttpRequest):
    """A page's request; for annotations only."""

    user: User
    htmx: HtmxDetails


class ApiRequest(Request):
    """An API request behind its permission classes; for annotations only."""

    user: User
