"""How sign-in behaves here: accounts are made by an administrator, never by a visitor."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """allauth's account adapter with the registration page shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Agents start at their work, everybody else at the portal."""
        return "/desk/" if request.user.is_authenticated and request.user.hats.is_agent else "/"
