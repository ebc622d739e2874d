"""Calendars and policies become the first versions of themselves, and clocks are measured by those."""

from django.db import migrations, models
from django.utils import timezone

REASONS = ["requester", "vendor", "change", "problem", "scheduled"]
CALL_LEAD = [{"do": "call", "who": ["lead"]}]
STANDARD = "Standard promise"


def move(apps, schema_editor):
    now = timezone.now()
    for calendar in apps.get_model("escalation", "BusinessCalendar").objects.all():
        _calendar_version(apps, calendar, now)
    for policy in apps.get_model("escalation", "SlaPolicy").objects.all():
        _policy_version(apps, policy, now)
    _clocks(apps)


def _calendar_version(apps, calendar, now):
    definition = {
        "time_zone": calendar.time_zone,
        "weekly": calendar.weekly,
        "seasons": [],
        "holidays": [
            {"day": row.day.isoformat(), "name": row.name, "name_id": row.name, "is_estimated": row.is_estimated}
            for row in apps.get_model("escalation", "Holiday").objects.filter(calendar=calendar).order_by("day")
        ],
        "exceptions": [],
    }
    calendar.current = apps.get_model("escalation", "CalendarVersion").objects.create(
        calendar=calendar, number=1, definition=definition, created_at=now, applied_at=now
    )
    calendar.save()


def _policy_version(apps, policy, now):
    targets = list(apps.get_model("escalation", "SlaTarget").objects.filter(policy=policy))
    when_late = CALL_LEAD + ([{"do": "raise_tier"}] if policy.breach_step == "next_tier" else [])
    definition = {
        "conditions": policy.conditions,
        "targets": {
            "response": {str(row.priority): row.response_minutes for row in targets},
            "resolution": {str(row.priority): row.resolution_minutes for row in targets},
        },
        "pauses": REASONS,
        "steps": [
            {"metric": "response", "percent": 100, "actions": CALL_LEAD},
            {"metric": "resolution", "percent": 100, "actions": when_late},
        ],
    }
    policy.current = apps.get_model("escalation", "PolicyVersion").objects.create(
        policy=policy, number=1, definition=definition, calendar=policy.calendar, created_at=now, applied_at=now
    )
    policy.is_default = policy.name == STANDARD
    policy.save()


def _clocks(apps):
    clock = apps.get_model("escalation", "Clock")
    for policy in apps.get_model("escalation", "SlaPolicy").objects.select_related("current", "calendar__current"):
        clock.objects.filter(policy=policy).update(policy_version=policy.current)
    for calendar in apps.get_model("escalation", "BusinessCalendar").objects.all():
        clock.objects.filter(calendar=calendar).update(calendar_version=calendar.current)
    clock.objects.update(counted=models.F("counted_seconds") * 1_000_000)
    milestone = apps.get_model("escalation", "Milestone")
    clock.objects.filter(milestones__fired_at__isnull=False).update(fired=["breach"])
    waiting = milestone.objects.filter(fired_at__isnull=True, clock=models.OuterRef("pk")).values("due_at")[:1]
    running = clock.objects.filter(state="running", milestones__fired_at__isnull=True, milestones__isnull=False)
    running.update(next_at=models.Subquery(waiting), next_step="breach")
    milestone.objects.filter(fired_at__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [("escalation", "0003_versions")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
