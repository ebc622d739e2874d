from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.forms.preferences import LOOKS, PreferencesForm
from accounts.models import User
from accounts.requests import SignedIn

YEAR_SECONDS = 365 * 24 * 3600


def preferences(request: SignedIn) -> HttpResponse:
    """Name, language, zone and phone in the database; theme, density and keys in this browser."""
    # a copy, so that a refused form does not change the person shown in the page's own frame
    person = User.objects.get(pk=request.user.pk)
    form = PreferencesForm(request.POST or None, instance=person, looks=request.COOKIES)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "account/preferences.html", {"form": form}, status=status)
    form.save()
    response = redirect("preferences")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, max_age=YEAR_SECONDS, samesite="Lax")
    for name, _label, _values in LOOKS:
        if form.cleaned_data.get(name):
            response.set_cookie(name, form.cleaned_data[name], max_age=YEAR_SECONDS, samesite="Lax")
    messages.success(request, _("Saved"))
    return response
