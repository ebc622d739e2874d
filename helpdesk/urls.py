"""Every address of the product, one include per app."""

from allauth.account.views import LoginView, LogoutView
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from helpdesk import health, mailbox, styleguide
from helpdesk.adapters import operators_door

# the operators' site has no sign-in of its own: one door, one set of limits
admin.site.login = operators_door  # type: ignore[method-assign,assignment]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("login/", LoginView.as_view(), name="account_login"),
    path("logout/", LogoutView.as_view(), name="account_logout"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("helpdesk.api")),
    path("", include("accounts.urls")),
    path("", include("escalation.urls")),
    path("", include("knowledgebase.urls")),
    path("", include("dashboards.urls")),
    path("", include("tickets.urls")),
]
if settings.STYLEGUIDE:
    urlpatterns.append(path("styleguide/", styleguide.sheet, name="styleguide"))
if settings.BENCH_FLOOR:
    urlpatterns.append(path("floor/", include("bench.floor")))
if settings.MAIL_CATCHER_DIR:
    urlpatterns.append(path("mail/", mailbox.caught, name="caught_mail"))
