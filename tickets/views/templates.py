"""Reply templates: the list, writing one, its preview, in use or not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import SignedIn
from core.cleaning import whole_number
from core.errors import Conflict, Invalid, NotAllowed, NotVisible
from core.htmx import UNPROCESSABLE, done
from tickets.canned import PLACEHOLDERS, preview, unknown_placeholders
from tickets.forms import ReplyTemplateForm
from tickets.markup import to_html
from tickets.models import ReplyTemplate
from tickets.reply_templates import (
    keep_reply_template,
    rules_with,
    switch_reply_template,
    writes_template,
    writes_templates,
)
from tickets.typed import stashed_form

LANGUAGES = ("en", "id")


def template_list(request: SignedIn) -> HttpResponse:
    """Every template with how it reads."""
    _reader(request)
    rows = [
        {
            "template": template,
            "previews": _previews(template.body_en, template.body_id),
            "may_edit": writes_template(request.user, template.team_id),
        }
        for template in ReplyTemplate.objects.visible_to(request.user).select_related("team")
    ]
    context = {"rows": rows, "may_edit": writes_templates(request.user)}
    return render(request, "desk/reply_templates.html", context)


def template_new(request: SignedIn) -> HttpResponse:
    """Write a template."""
    _writer(request)
    return _form(request, ReplyTemplate())


def template_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change a template."""
    _reader(request)
    template = _template(request, pk)
    if not writes_template(request.user, template.team_id):
        raise NotAllowed()
    return _form(request, template)


@require_POST
def template_preview(request: SignedIn) -> HttpResponse:
    """Fragment: what is being written, as it would read on a ticket that is made up."""
    _writer(request)
    return render(request, "desk/_reply_template_preview.html", _typed_preview(request))


@require_POST
def template_on(request: SignedIn, pk: int) -> HttpResponse:
    """Take a template back into use."""
    return _switch(request, pk, is_active=True)


@require_POST
def template_off(request: SignedIn, pk: int) -> HttpResponse:
    """Take a template out of use, with the way back."""
    return _switch(request, pk, is_active=False)


def _form(request: SignedIn, template: ReplyTemplate) -> HttpResponse:
    sent, newest, status = request.POST or stashed_form(request), template.version, 200
    seen = (whole_number(sent.get("version", "")) if sent else None) or newest
    form = ReplyTemplateForm(sent, instance=template, user=request.user)
    if request.method == "POST" and "preview" not in request.POST:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                keep_reply_template(form.save(commit=False), actor=request.user, seen=seen)
            except Invalid as error:
                for name, texts in error.fields.items():
                    form.add_error(name, texts)
            except Conflict as error:
                form.add_error(None, error.message)
                # the next attempt is made with open eyes
                seen, status = newest, error.status
            else:
                return done(request, reverse("reply_templates"), message=_("Saved."))
    shown = _typed_preview(request) if request.method == "POST" else _shown(template.body_en, template.body_id)
    context = {"form": form, "template": template, "seen": seen, "names": PLACEHOLDERS, **shown}
    return render(request, "desk/reply_template.html", context, status=status)


def _typed_preview(request: SignedIn) -> dict[str, Any]:
    return _shown(request.POST.get("body_en", ""), request.POST.get("body_id", ""))


def _shown(body_en: str, body_id: str) -> dict[str, Any]:
    return {
        "previews": _previews(body_en, body_id),
        "unknown": unknown_placeholders(f"{body_en}\n{body_id}"),
    }


def _previews(body_en: str, body_id: str) -> list[dict[str, Any]]:
    """Both texts with a made-up ticket's names in them; those that were not written are left out."""
    texts = zip(LANGUAGES, (body_en, body_id), strict=True)
    return [
        {"language": language, "html": to_html(preview(text, language))} for language, text in texts if text.strip()
    ]


def _switch(request: SignedIn, pk: int, *, is_active: bool) -> HttpResponse:
    _reader(request)
    template = _template(request, pk)
    switch_reply_template(template, actor=request.user, is_active=is_active)
    messages.success(
        request,
        _switched(template),
        extra_tags="" if is_active else reverse("reply_template_on", args=[template.pk]),
    )
    return done(request, reverse("reply_templates"))


def _switched(template: ReplyTemplate) -> str:
    if template.is_active:
        return _("“%(name)s” is in use again.") % {"name": template.label}
    said = _("“%(name)s” is not in use any more.") % {"name": template.label}
    rules = rules_with(template)
    if not rules:
        return said
    names = ", ".join(f"“{name}”" for name in rules)
    missed = ngettext(
        "A rule in force does not work without it: %(rules)s.",
        "Rules in force do not work without it: %(rules)s.",
        len(rules),
    )
    return f"{said} {missed % {'rules': names}}"


def _template(request: SignedIn, pk: int) -> ReplyTemplate:
    found = ReplyTemplate.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise NotVisible()
    return found


def _reader(request: SignedIn) -> None:
    """Let everybody at the desk pass.

    Raises:
        NotVisible: the desk does not exist for anybody else.
    """
    if not request.user.hats.is_agent:
        raise NotVisible()


def _writer(request: SignedIn) -> None:
    """Let those pass who write templates.

    Raises:
        NotVisible, NotAllowed: the others.
    """
    _reader(request)
    if not writes_templates(request.user):
        raise NotAllowed()
