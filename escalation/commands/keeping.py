"""The order of policies, which of them decide, and what may be deleted."""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.errors import Invalid, NotAllowed
from escalation.models import BusinessCalendar, Clock, ContractTerms, SlaPolicy, VendorReferral
from escalation.policies import keeps_promises


def allow(actor: User) -> None:
    """Let those pass who keep the promises.

    Raises:
        NotAllowed: everybody else.
    """
    if not keeps_promises(actor):
        raise NotAllowed()


def in_order() -> list[SlaPolicy]:
    """All policies in the order they are asked, locked: whoever moves or adds one waits for the other."""
    # the default one stands for them all: whoever waited for it then sees what the one before has added
    list(SlaPolicy.objects.select_for_update().filter(is_default=True))
    rows = SlaPolicy.objects.select_for_update(of=("self",)).select_related("current")
    return list(rows.order_by("is_default", "position", "pk"))


def number(policies: list[SlaPolicy]) -> None:
    """Keep this order."""
    for place, policy in enumerate(policies, start=1):
        policy.position = place
    SlaPolicy.objects.bulk_update(policies, ["position"])


def turn_on(policy: SlaPolicy, *, actor: User) -> None:
    """Let a policy decide again.

    Raises:
        Invalid: none of its versions was ever put in force.
    """
    allow(actor)
    if policy.current_id is None:
        raise Invalid(_("Put its draft in force first: that turns it on."))
    SlaPolicy.objects.filter(pk=policy.pk).update(is_active=True)


def turn_off(policy: SlaPolicy, *, actor: User) -> None:
    """Let a policy decide no more; tickets it was chosen for keep it until they are decided about anew.

    Raises:
        Invalid: it is the default one.
    """
    allow(actor)
    _refuse_default(policy)
    SlaPolicy.objects.filter(pk=policy.pk).update(is_active=False)


def move_up(policy: SlaPolicy, *, actor: User) -> None:
    """Ask this policy before the one above it."""
    _move(policy, -1, actor)


def move_down(policy: SlaPolicy, *, actor: User) -> None:
    """Ask this policy after the one below it."""
    _move(policy, 1, actor)


def delete_calendar(calendar: BusinessCalendar, *, actor: User) -> None:
    """Delete a calendar that nothing is counted in.

    Raises:
        Invalid: a policy, a clock or a contract needs it; the message names which.
    """
    allow(actor)
    with transaction.atomic():
        locked = BusinessCalendar.objects.select_for_update().get(pk=calendar.pk)
        needed = SlaPolicy.objects.filter(versions__calendar=locked).distinct()
        if names := ", ".join(policy.label for policy in needed):
            message = _("It cannot be deleted: these policies use it in one of their versions: %(names)s.")
            raise Invalid(message % {"names": names})
        if ContractTerms.objects.filter(calendar=locked).exists() or _agreed_in(locked):
            raise Invalid(_("It cannot be deleted: what vendors promised counts in it."))
        _refuse_measured(Clock.objects.filter(calendar_version__calendar=locked).values("ticket").distinct().count())
        _delete(locked)


def delete_policy(policy: SlaPolicy, *, actor: User) -> None:
    """Delete a policy that never was in force: what one has promised stays on record.

    Raises:
        Invalid: it is the default one, or it has been in force.
    """
    allow(actor)
    _refuse_default(policy)
    with transaction.atomic():
        locked = SlaPolicy.objects.select_for_update().get(pk=policy.pk)
        _refuse_measured(Clock.objects.filter(policy_version__policy=locked).values("ticket").distinct().count())
        if locked.versions.filter(applied_at__isnull=False).exists():
            raise Invalid(_("It has been in force, and what it promised stays on record. Turn it off instead."))
        _delete(locked)


def _move(policy: SlaPolicy, by: int, actor: User) -> None:
    allow(actor)
    with transaction.atomic():
        movable = [one for one in in_order() if not one.is_default]
        place = next((place for place, one in enumerate(movable) if one.pk == policy.pk), None)
        if place is None:
            raise Invalid(_("The default policy is always asked last."))
        target = min(max(place + by, 0), len(movable) - 1)
        movable.insert(target, movable.pop(place))
        number(movable)


def _agreed_in(calendar: BusinessCalendar) -> bool:
    return VendorReferral.objects.filter(calendar_version__calendar=calendar).exists()


def _refuse_default(policy: SlaPolicy) -> None:
    if policy.is_default:
        raise Invalid(_("The default policy stays: without it, tickets that no other policy fits had no promise."))


def _refuse_measured(tickets: int) -> None:
    if tickets:
        raise Invalid(
            ngettext(
                "It cannot be deleted: %(n)d ticket was or is measured by it.",
                "It cannot be deleted: %(n)d tickets were or are measured by it.",
                tickets,
            )
            % {"n": tickets}
        )


def _delete(owner: BusinessCalendar | SlaPolicy) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            owner.current = None
            owner.save(update_fields=["current"])
            owner.delete()
            # asked now and not at the commit: somebody may have begun to use it a moment ago
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except (IntegrityError, ProtectedError) as error:
        raise Invalid(_("It cannot be deleted: it has just been put to use.")) from error
