"""How sign-in behaves here: accounts are made by an administrator, never by a visitor."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import User


class ClosedSignup(DefaultAccountAdapter):
    """allauth's account adapter with the registration page shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *_args: object, **_kwargs: object) -> None:
        """Signing in speaks for itself; the page one lands on is the answer."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Agents start at their work, everybody else at the portal."""
        return "/desk/" if request.user.is_authenticated and request.user.hats.is_agent else "/"

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponseBase:
        """The password was right, but the account has been shut."""
        return render(request, "refused.html", {"errors": _("This account is closed. Please ask IT.")}, status=403)


@login_not_required
def operators_door(request: HttpRequest, extra_context: object = None) -> HttpResponseBase:
    """The sign-in page for the operators' site: one door, one set of limits. Who is signed in already and still ends
    up here is no operator, and signing in once more would lead round in a circle.
    """
    if request.user.is_authenticated:
        raise PermissionDenied
    return LoginView.as_view()(request)
