from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.roster import FeedForm
from accounts.models import FeedToken
from accounts.requests import SignedIn
from accounts.roster_feed import calendar, feed_of, issue_feed, revoke_feed
from accounts.views.roster import desk_only
from core.errors import Invalid, NotVisible
from core.htmx import UNPROCESSABLE, done
from core.time import database_now


def feeds(request: SignedIn) -> HttpResponse:
    """The person's secret calendar addresses; a new one is shown here once, and never again."""
    desk_only(request.user)
    teams = request.user.hats.visible_teams
    form, address = FeedForm(request.POST or None, teams=teams), ""
    if request.method == "POST" and form.is_valid():
        team = next((team for team in teams if team.slug == form.cleaned_data["about"]), None)
        try:
            token = issue_feed(request.user, team)
        except Invalid as error:
            form.add_error(None, error.in_full)
        else:
            address = f"{settings.BASE_URL}{reverse('feed', args=[token])}"
            form = FeedForm(teams=teams)
    living = request.user.feed_tokens.filter(revoked_at__isnull=True).select_related("team")
    context = {"form": form, "address": address, "feeds": living}
    response = render(request, "roster/feeds.html", context, status=UNPROCESSABLE if form.is_bound else 200)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def feed_revoke(request: SignedIn, pk: int) -> HttpResponse:
    """End an address; calendar programs that read it find nothing from now on."""
    desk_only(request.user)
    token = FeedToken.objects.filter(pk=pk, person=request.user).first()
    if token is None:
        raise NotVisible()
    revoke_feed(token, actor=request.user)
    return done(request, reverse("feeds"), message=_("The address is revoked."))


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address. A wrong one is nothing, and says nothing."""
    try:
        found = feed_of(token)
    except NotVisible:
        return HttpResponseNotFound(b"", content_type="text/plain")
    response = HttpResponse(calendar(found, database_now()), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = 'inline; filename="roster.ics"'
    return response
