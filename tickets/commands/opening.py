from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import Team, User
from catalogue.models import Asset, Category, Service
from core.errors import Invalid, NotAllowed
from core.time import database_now
from tickets import policies, traces
from tickets.choices import Channel, Impact, Kind, Urgency
from tickets.commands._change import Change, _Unit, created, unit_of_work
from tickets.commands.attaching import bind
from tickets.intake import checked_answers
from tickets.models import Attachment, Submission, Ticket
from tickets.placement import put_on
from tickets.priority import priority_for
from tickets.texts import checked_description, checked_subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody tells the desk. Only subject and description are needed; everything else has a sensible default.

    `number` is for imports whose tickets keep their numbers: one that the sequence has already passed.
    """

    subject: str
    description: str
    service: Service | None = None
    category: Category | None = None
    kind: str | None = None
    impact: int = Impact.ONE
    urgency: int = Urgency.DEGRADED
    asset: Asset | None = None
    intake: Mapping[str, Any] = field(default_factory=dict)
    language: str | None = None
    external_ref: str | None = None
    number: int | None = None

    def fingerprint(self) -> str:
        """SHA-256 over the content, to tell a repeated submission from a different one under the same key."""
        content = [self.subject, self.description, self.category and self.category.pk, self.impact, self.urgency]
        return hashlib.sha256(json.dumps([*content, dict(self.intake)], default=str).encode()).hexdigest()


def open(
    report: Report,
    *,
    actor: User,
    requester: User,
    channel: str = Channel.PORTAL,
    attachments: Sequence[Attachment] = (),
    submission_key: str | None = None,
    team: Team | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Open a ticket. Under one `submission_key` the same actor opens one ticket, however often it is sent.

    Args:
        report: what is wrong.
        actor: who files it; `requester` is whom it is for.
        attachments: the actor's own unbound uploads.
        submission_key: made up by the form or the API client; None where a repeat is impossible.
        team: the queue it goes to at once; without one the routing rules decide.
        at: when it was reported; the database's clock by default.

    Raises:
        Invalid: a field is missing or unacceptable, or the key was used for something else.
        NotAllowed: filing for somebody else is for agents.
    """
    if not policies.may_open_for(actor, requester):
        raise NotAllowed()
    ticket = _ticket(report, requester, actor, channel)
    if team is not None:
        put_on(ticket, team)
    with unit_of_work() as unit:
        submission = _claim(actor, submission_key, report)
        if submission and submission.ticket:
            return submission.ticket
        step = Change(ticket=ticket, actor=actor, at=at or database_now(), data={"channel": channel})
        return _insert(unit, step, attachments, submission)


def _insert(unit: _Unit, step: Change, attachments: Sequence[Attachment], submission: Submission | None) -> Ticket:
    ticket = step.ticket
    ticket.opened_at = ticket.updated_at = step.at
    traces.begin(ticket, step.at)
    try:
        ticket.save(force_insert=True)
    except IntegrityError as error:
        if "external_ref" not in str(error):
            raise
        raise Invalid.field("external_ref", _("A ticket with this reference is there already.")) from error
    step.data["attachments"] = bind(attachments, ticket, actor=step.actor)
    if submission:
        submission.ticket = ticket
        submission.save(update_fields=["ticket"])
    created(unit, step)
    return ticket


def _ticket(report: Report, requester: User, actor: User, channel: str) -> Ticket:
    errors: dict[str, list[str]] = {}

    def checked(check: Callable[..., Any], *values: Any) -> Any:
        try:
            return check(*values)
        except Invalid as error:
            errors.update(error.fields)
            return None

    subject = checked(checked_subject, report.subject)
    description = checked(checked_description, report.description)
    intake = checked(checked_answers, report.category, report.intake)
    if errors:
        raise Invalid(_("The ticket cannot be opened yet."), fields=errors)
    service = report.service or (report.category.service if report.category else None)
    return Ticket(
        pk=report.number,
        kind=report.kind or (report.category.kind if report.category else Kind.INCIDENT),
        subject=subject,
        description=description,
        language=report.language or requester.language,
        impact=report.impact,
        urgency=report.urgency,
        priority=priority_for(report.impact, report.urgency),
        requester=requester,
        opened_by=actor,
        service=service,
        category=report.category,
        asset=report.asset,
        channel=channel,
        intake=intake,
        external_ref=report.external_ref,
    )


def _claim(actor: User, key: str | None, report: Report) -> Submission | None:
    """Insert the key, or find it there; a concurrent holder makes us wait for its commit on the unique index."""
    if not key:
        return None
    fingerprint = report.fingerprint()
    Submission.objects.bulk_create([Submission(user=actor, key=key, fingerprint=fingerprint)], ignore_conflicts=True)
    submission = Submission.objects.select_related("ticket").get(user=actor, key=key)
    if submission.fingerprint != fingerprint:
        raise Invalid(_("This form was already sent with other content. Reload the page to send a new one."))
    return submission
