from django.db import migrations

AUTOMATION_EMAIL = "automation@tuntas.invalid"
TIERS = ((1, "Level I", "Level I"), (2, "Level II", "Level II"), (3, "Level III", "Level III"))


def create(apps, schema_editor):
    user, tier = apps.get_model("accounts", "User"), apps.get_model("accounts", "Tier")
    user.objects.get_or_create(
        email=AUTOMATION_EMAIL, defaults={"name": "Tuntas", "is_automation": True, "language": "en", "password": "!"}
    )
    for level, name, name_id in TIERS:
        tier.objects.get_or_create(level=level, defaults={"name": name, "name_id": name_id})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
