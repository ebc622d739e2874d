"""Templates for calls: the list, writing one, in use or not."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.errors import NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done
from tickets.forms_of_phone import PhoneTemplateForm
from tickets.models import PhoneTemplate
from tickets.phone_templates import keep_phone_template, switch_phone_template
from tickets.reply_templates import writes_templates
from tickets.views.desk import agents_only


def phone_template_list(request: SignedIn) -> HttpResponse:
    """Every template in the order of its key."""
    agents_only(request)
    templates = PhoneTemplate.objects.visible_to(request.user).select_related("category")
    context = {"templates": templates, "may_edit": writes_templates(request.user)}
    return render(request, "desk/phone_templates.html", context)


def phone_template_new(request: SignedIn) -> HttpResponse:
    """Write a template."""
    return _form(request, PhoneTemplate(position=PhoneTemplate.objects.count() + 1))


def phone_template_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a template."""
    return _form(request, _template(request, pk))


@require_POST
def phone_template_on(request: SignedIn, pk: int) -> HttpResponse:
    """Take a template back into use."""
    template = switch_phone_template(_template(request, pk), actor=request.user, is_active=True)
    message = _("“%(name)s” is in use again.") % {"name": template.label}
    return done(request, reverse("phone_templates"), message=message)


@require_POST
def phone_template_off(request: SignedIn, pk: int) -> HttpResponse:
    """Take a template out of use, with the way back."""
    template = switch_phone_template(_template(request, pk), actor=request.user, is_active=False)
    said = _("“%(name)s” is not in use any more.") % {"name": template.label}
    messages.success(request, said, extra_tags=reverse("phone_template_on", args=[template.pk]))
    return done(request, reverse("phone_templates"))


def _form(request: SignedIn, template: PhoneTemplate) -> HttpResponse:
    agents_only(request)
    if not writes_templates(request.user):
        raise NotAllowed()
    form = PhoneTemplateForm(request.POST or None, instance=template)
    if request.method == "POST" and form.is_valid():
        keep_phone_template(form.save(commit=False), actor=request.user)
        return done(request, reverse("phone_templates"), message=_("Saved."))
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "desk/phone_template.html", {"form": form, "template": template}, status=status)


def _template(request: SignedIn, pk: int) -> PhoneTemplate:
    found = PhoneTemplate.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise NotVisible()
    return found
