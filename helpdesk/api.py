"""The REST API's addresses and its documentation page."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts import api_schema as api_schema  # tells the OpenAPI page about tokens
from escalation import major_api
from escalation.api import Accept, Clocks, Escalate, HandBack, Visits
from escalation.assignment_api import NextTicket
from escalation.ladder_api import Acknowledge, HoldMove, LadderView, Summon
from escalation.macro_api import Macros, RunMacro
from escalation.vendor_api import Bug, Bugs, Referrals, ReferToVendor, TakeBack, VendorLog, Vendors
from tickets.api.helping import HelpDone, Helpers, Invite, Join, LogHelp, Uninvite
from tickets.api.linking import Link, Links, Merge, Split, Unmerge
from tickets.api.search import Search
from tickets.api.views import TicketViewSet

router = SimpleRouter()
router.register("tickets", TicketViewSet, basename="api-ticket")

# DRF answers 401 by itself; the login redirect is for pages
urlpatterns = [
    path("schema/", login_not_required(SpectacularAPIView.as_view()), name="api-schema"),
    path(
        "docs/",
        login_not_required(require_safe(SpectacularSwaggerSplitView.as_view(url_name="api-schema"))),
        name="api-docs",
    ),
    path("search/", login_not_required(Search.as_view())),
    path("tickets/next/", login_not_required(NextTicket.as_view())),
    path("tickets/<str:key>/escalate/", login_not_required(Escalate.as_view())),
    path("tickets/<str:key>/accept/", login_not_required(Accept.as_view())),
    path("tickets/<str:key>/hand_back/", login_not_required(HandBack.as_view())),
    path("tickets/<str:key>/summon/", login_not_required(Summon.as_view())),
    path("tickets/<str:key>/acknowledge/", login_not_required(Acknowledge.as_view())),
    path("tickets/<str:key>/hold/", login_not_required(HoldMove.as_view())),
    path("ladder/", login_not_required(LadderView.as_view())),
    path("tickets/<str:key>/clocks/", login_not_required(Clocks.as_view())),
    path("tickets/<str:key>/visits/", login_not_required(Visits.as_view())),
    path("tickets/<str:key>/refer_to_vendor/", login_not_required(ReferToVendor.as_view())),
    path("tickets/<str:key>/vendor_log/", login_not_required(VendorLog.as_view())),
    path("tickets/<str:key>/take_back/", login_not_required(TakeBack.as_view())),
    path("tickets/<str:key>/referrals/", login_not_required(Referrals.as_view())),
    path("tickets/<str:key>/bugs/", login_not_required(Bugs.as_view())),
    path("tickets/<str:key>/bugs/<int:pk>/", login_not_required(Bug.as_view())),
    path("macros/", login_not_required(Macros.as_view())),
    path("tickets/<str:key>/macros/<int:pk>/", login_not_required(RunMacro.as_view())),
    path("vendors/", login_not_required(Vendors.as_view())),
    path("tickets/<str:key>/helpers/", login_not_required(Helpers.as_view())),
    path("tickets/<str:key>/invite/", login_not_required(Invite.as_view())),
    path("tickets/<str:key>/join/", login_not_required(Join.as_view())),
    path("tickets/<str:key>/log_help/", login_not_required(LogHelp.as_view())),
    path("tickets/<str:key>/help_done/", login_not_required(HelpDone.as_view())),
    path("tickets/<str:key>/uninvite/", login_not_required(Uninvite.as_view())),
    path("tickets/<str:key>/links/", login_not_required(Links.as_view())),
    path("tickets/<str:key>/links/<int:pk>/", login_not_required(Link.as_view())),
    path("tickets/<str:key>/merge/", login_not_required(Merge.as_view())),
    path("tickets/<str:key>/unmerge/", login_not_required(Unmerge.as_view())),
    path("tickets/<str:key>/split/", login_not_required(Split.as_view())),
    path("major-incidents/", login_not_required(major_api.MajorIncidents.as_view())),
    path("major-incidents/<int:pk>/promote/", login_not_required(major_api.Promote.as_view())),
    path("major-incidents/<int:pk>/attach/", login_not_required(major_api.Attach.as_view())),
    path("major-incidents/<int:pk>/updates/", login_not_required(major_api.Updates.as_view())),
    path("major-incidents/<int:pk>/stand-down/", login_not_required(major_api.StandDown.as_view())),
    path("", include(router.urls)),
]
