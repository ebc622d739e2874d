"""Writing down vendors and what they promised."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.models import Contract, Service, Vendor
from core.errors import Invalid, NotAllowed
from escalation.models import BusinessCalendar, ContractTerms
from escalation.policies import keeps_vendors


def keep_vendor(vendor: Vendor, *, actor: User) -> Vendor:
    """Save a new or changed vendor.

    Raises:
        Invalid: another one has this name.  NotAllowed: the actor oversees nothing.
    """
    _allow(actor)
    try:
        with transaction.atomic():
            vendor.save()
    except IntegrityError as error:
        raise Invalid.field("name", _("Another vendor has this name.")) from error
    return vendor


def keep_contract(
    contract: Contract, *, actor: User, services: Iterable[Service], calendar: BusinessCalendar | None
) -> Contract:
    """Save a new or changed contract. Referrals that were made keep what was agreed then.

    Args:
        services: what it is for; none is all of them.
        calendar: the hours its minutes count in; None is around the clock.

    Raises:
        Invalid: the vendor has another contract of this number.  NotAllowed: the actor oversees nothing.
    """
    _allow(actor)
    try:
        with transaction.atomic():
            contract.save()
            contract.services.set(services)
            ContractTerms.objects.update_or_create(contract=contract, defaults={"calendar": calendar})
    except IntegrityError as error:
        raise Invalid.field("number", _("The vendor has another contract of this number.")) from error
    return contract


def _allow(actor: User) -> None:
    if not keeps_vendors(actor):
        raise NotAllowed()
