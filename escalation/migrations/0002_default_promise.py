from django.db import migrations

OFFICE_DAY = [[8 * 60, 17 * 60]]
TARGETS = {1: (15, 240), 2: (30, 480), 3: (120, 1440), 4: (240, 2700)}  # priority: minutes to reply, to solve


def create(apps, schema_editor):
    calendar, _new = apps.get_model("escalation", "BusinessCalendar").objects.get_or_create(
        name="Office hours",
        defaults={"time_zone": "Asia/Jakarta", "weekly": [OFFICE_DAY] * 5 + [[], []]},
    )
    policy, created = apps.get_model("escalation", "SlaPolicy").objects.get_or_create(
        name="Standard promise",
        defaults={"name_id": "Janji standar", "position": 1000, "conditions": {"all": []}, "calendar": calendar},
    )
    if created:
        target = apps.get_model("escalation", "SlaTarget")
        for priority, (reply, solve) in TARGETS.items():
            target.objects.create(policy=policy, priority=priority, response_minutes=reply, resolution_minutes=solve)


class Migration(migrations.Migration):
    dependencies = [("escalation", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
