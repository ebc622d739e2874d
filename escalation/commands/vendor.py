"""Referring a ticket to a vendor, keeping what passes between us and them, and taking it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.models import Contract
from core.errors import Invalid
from escalation import verbs as verbs  # fills the table
from escalation.agreements import Wording, agreement_of, wording_of
from escalation.business_time import CalendarError, add
from escalation.clock import REFER, Promise
from escalation.clocks import pins_of
from escalation.models import VendorReferral
from escalation.terms import promises_of
from tickets.choices import MessageKind, PendingReason
from tickets.commands import Change, change, is_quiet, say
from tickets.models import Ticket
from tickets.reasons import in_english
from tickets.texts import checked_body, plain

REFERENCE_LENGTH = 80
# the owner is not told more often than this, however short the promise
LEAST_CHASE = timedelta(minutes=30)
# where the vendor promised nothing
CHASE_AFTER = timedelta(days=2)
LATEST_CHASE = timedelta(days=2 * 365)
TAKEN_BACK = tuple(why for why in VendorReferral.Why if why != VendorReferral.Why.MOVED_ON)


def refer_to_vendor(
    ticket: Ticket,
    *,
    actor: User,
    contract: Contract,
    request: str,
    reference: str = "",
    chase_at: datetime | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> VendorReferral:
    """Ask a vendor for help under a contract; the ticket waits for it, and the contract's own clock runs.

    Args:
        request: what was sent to the vendor; kept as an internal note.
        reference: the number the vendor gave, where it is known already.
        chase_at: when the owner is told to ask the vendor; after half of the promised time when left out.

    Raises:
        Invalid: the contract cannot be called upon (it says why), the ticket is with a vendor already, no request.
        NotAllowed, Conflict: as `change`.
    """
    words, number = checked_body(request, "request"), checked_line(reference, "reference", REFERENCE_LENGTH)
    with change(ticket, REFER, actor=actor, version=version, at=at) as step:
        _refuse_unusable(contract, step)
        agreed = wording_of(contract)
        step.ticket.pending_reason, step.ticket.pending_until = PendingReason.VENDOR, None
        referral = VendorReferral.objects.create(
            ticket=step.ticket, vendor=contract.vendor, contract=contract,
            calendar_version_id=agreed["calendar_version"] if agreed else None, reference=number,
            sent_at=step.at, sent_by=actor,
            chase_at=_checked_chase(chase_at, step) or _next_chase(step.ticket, agreed, step.at),
        )  # fmt: skip
        say(step, words, kind=MessageKind.NOTE)
        step.data.update(referral=referral.pk, about=_about(referral), contract=contract.number)
        if agreed:
            step.data["agreed"] = agreed
    return referral


def vendor_answer(
    ticket: Ticket,
    *,
    actor: User,
    direction: str,
    words: str,
    reference: str = "",
    chase_at: datetime | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> VendorReferral:
    """Keep what the vendor said, or what was sent to it again; the next reminder counts from here.

    Args:
        direction: "heard" or "sent".
        reference: the number the vendor gave, first or corrected; empty leaves it.
        chase_at: when the owner is told to ask next; after half of the promised time when left out.

    Raises:
        Invalid: the ticket is with no vendor, no words, no such direction.  NotAllowed, Conflict: as `change`.
    """
    if direction not in VendorReferral.Direction.values:
        raise Invalid.field("direction", _("Choose who wrote."))
    text, number = checked_body(words, "words"), checked_line(reference, "reference", REFERENCE_LENGTH)
    with change(ticket, "vendor_log", actor=actor, version=version, at=at) as step:
        referral = _open_one(step.ticket)
        referral.reference = number or referral.reference
        referral.chase_at = _checked_chase(chase_at, step) or next_chase(referral, step.ticket, step.at)
        if direction == VendorReferral.Direction.HEARD:
            referral.heard_at = step.at
        referral.save(update_fields=["reference", "chase_at", "heard_at"])
        say(step, text, kind=MessageKind.NOTE)
        label = in_english(VendorReferral.Direction(direction).label)
        step.data.update(referral=referral.pk, about=_about(referral), direction=direction, reason=label)
    return referral


def take_back(
    ticket: Ticket,
    *,
    actor: User,
    reason: str,
    words: str,
    version: int | None = None,
    at: datetime | None = None,
) -> VendorReferral:
    """Work on it in-house again: the vendor is done, or will not do it. Its clock ends.

    Args:
        reason: one of `VendorReferral.Why` but "moved_on".
        words: what came of it; kept as an internal note.

    Raises:
        Invalid: the ticket is with no vendor, no such reason, no words.  NotAllowed, Conflict: as `change`.
    """
    if reason not in TAKEN_BACK:
        raise Invalid.field("reason", _("Choose how it ended."))
    text = checked_body(words, "words")
    with change(ticket, "take_back", actor=actor, version=version, at=at) as step:
        referral = _open_one(step.ticket)
        end_referral(referral, why=reason, verb="take_back", by=actor.pk, at=step.at, words=text)
        say(step, text, kind=MessageKind.NOTE)
        label = in_english(VendorReferral.Why(reason).label)
        step.data.update(referral=referral.pk, about=_about(referral), reason=label)
    return referral


def chase(ticket: Ticket, *, actor: User, referral: VendorReferral, at: datetime) -> Ticket:
    """Record that it is time to ask the vendor; the owner or team is told by listening to it.

    Args:
        referral: the ticket's open one, due and locked; its next date is set in the same transaction.

    Raises:
        Invalid: the ticket does not wait.  NotAllowed: only the automation user does this.
    """
    with change(ticket, "chase_vendor", actor=actor, at=at) as step:
        referral.chased += 1
        referral.chase_at = next_chase(referral, step.ticket, at)
        referral.save(update_fields=["chased", "chase_at"])
        step.data.update(referral=referral.pk, about=_about(referral), number=referral.chased)
    return ticket


def end_referral(
    referral: VendorReferral, *, why: str, verb: str, by: int, at: datetime, words: str = ""
) -> VendorReferral:
    """Close a row of the ledger; the caller holds the ticket's lock."""
    referral.ended_at, referral.ended_by_id = at, by
    referral.ended_verb, referral.ended_why, referral.ended_words = verb, why, words
    referral.chase_at = None
    referral.save(update_fields=["ended_at", "ended_by", "ended_verb", "ended_why", "ended_words", "chase_at"])
    return referral


def next_chase(referral: VendorReferral, ticket: Ticket, start: datetime) -> datetime | None:
    """When to ask next: half of the promised time after `start`, by what was agreed when the ticket was referred."""
    begun = referral.started_event
    return _next_chase(ticket, begun.data.get("agreed") if begun else None, start)


def open_referral(ticket: Ticket) -> VendorReferral | None:
    """Where the ticket is now; None when it is with no vendor."""
    rows = VendorReferral.objects.select_related("vendor", "contract", "started_event", "sent_by")
    return rows.filter(ticket_id=ticket.pk, ended_at__isnull=True).first()


def checked_line(text: str, field: str, most: int) -> str:
    """One line that may be empty.

    Raises:
        Invalid: on `field`, when it is longer than `most` characters.
    """
    line = " ".join(plain(text).split())
    if len(line) > most:
        raise Invalid.field(field, _("Use at most %(most)s characters.") % {"most": most})
    return line


def _refuse_unusable(contract: Contract, step: Change) -> None:
    present = open_referral(step.ticket)
    if present is not None:
        raise Invalid(_("It is with %(vendor)s already. Take it back first.") % {"vendor": present.vendor})
    if why := contract.why_not(timezone.localdate(step.at)):
        raise Invalid.field("contract", why)


def _open_one(ticket: Ticket) -> VendorReferral:
    referral = open_referral(ticket)
    if referral is None:
        raise Invalid(_("This ticket is with no vendor."))
    return referral


def _checked_chase(chase_at: datetime | None, step: Change) -> datetime | None:
    if chase_at is None:
        return None
    if not step.at < chase_at <= step.at + LATEST_CHASE:
        raise Invalid.field("chase_at", _("Choose a time within the next two years."))
    return chase_at.replace(microsecond=0)


def _next_chase(ticket: Ticket, agreed: Wording | None, start: datetime) -> datetime | None:
    """Nobody is told of a past that is told again."""
    if is_quiet():
        return None
    promise = _promise(ticket, agreed)
    seconds = promise.targets.get(ticket.priority) if promise else None
    if promise is None or not seconds:
        return start + CHASE_AFTER
    try:
        return add(promise.calendar, start, max(seconds / 2, LEAST_CHASE.total_seconds()))
    except CalendarError:
        return start + CHASE_AFTER


def _promise(ticket: Ticket, agreed: Wording | None) -> Promise | None:
    """The contract's promise, else the policy's."""
    agreement = agreement_of(agreed)
    if agreement is not None:
        return agreement.promise
    pins = pins_of(ticket.clocks.all())
    return promises_of(pins).vendor if pins else None


def _about(referral: VendorReferral) -> str:
    """The vendor and its reference, as the history names them."""
    return f"{referral.vendor} ({referral.reference})" if referral.reference else str(referral.vendor)
