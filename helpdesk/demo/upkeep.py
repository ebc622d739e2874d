"""What the demo does again and again: a checklist, and two plans of recurring work."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Team, User
from catalogue.models import Asset, Category
from tickets.choices import Priority
from tickets.models import ChecklistTemplate, Plan
from tickets.planning import keep_plan

TIME_ZONE = "Asia/Jakarta"
VPN_STEPS = (
    "Restart the VPN client",
    "Try another network, for example a phone's",
    "Check the clock of the laptop",
    "Sign in again with a fresh code",
)
BACKUP_STEPS = ("Pick a file of last week", "Restore it to a folder of its own", "Compare the sizes and open it")
PRINTERS = 3


def make_upkeep(now: datetime, lead: str) -> None:
    """Write them; those that are there already are left as they are.

    Args:
        lead: the address of the person who owns the plans.
    """
    if Plan.objects.exists() or ChecklistTemplate.objects.exists():
        return
    backup = _make_checklists()
    owner = User.objects.get(email=lead)
    team = Team.objects.filter(slug="infrastructure").first() or owner.hats.my_teams[0]
    common: dict[str, Any] = {"owner": owner, "time_zone": TIME_ZONE, "priority": Priority.LOW}
    # far enough ahead that none opens while the tickets of the past are still being told
    first = (now + timedelta(days=30)).replace(hour=2, minute=0, second=0, microsecond=0)
    keep_plan(
        Plan(
            name="Test the backups",
            rule="FREQ=MONTHLY;BYDAY=1MO",
            starts_at=first,
            lead_days=3,
            team=team,
            checklist=backup,
            subject="Test the backups of this month",
            description="Restore one file of each server and note what was found.",
            **common,
        ),
        assets=(),
        actor=owner,
    )
    _clean_printers(owner, first, common)


def _clean_printers(owner: User, first: datetime, common: dict[str, Any]) -> None:
    keep_plan(
        Plan(
            name="Clean the printers",
            rule="FREQ=MONTHLY;INTERVAL=3",
            starts_at=first,
            lead_days=7,
            subject="Clean the printer",
            description="Clean the rollers, print a test page, note the counter.",
            **common,
        ),
        assets=list(Asset.objects.filter(kind__icontains="printer")[:PRINTERS]),
        actor=owner,
    )


def _make_checklists() -> ChecklistTemplate:
    """One that comes with the tickets about the VPN, and one for the backups, which is returned."""
    vpn = Category.objects.filter(service__slug="vpn").first()
    ChecklistTemplate.objects.create(
        name="VPN, first steps", category=vpn, is_automatic=vpn is not None, steps=list(VPN_STEPS)
    )
    return ChecklistTemplate.objects.create(name="Test a backup", steps=list(BACKUP_STEPS))
