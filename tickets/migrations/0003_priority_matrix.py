from django.db import migrations

# (impact, urgency): priority. The 3 x 3 core is the matrix of a large ServiceNow instance's log, which has no
# exception; impact 4 (one person) is its third row, one step milder where work goes on.
MATRIX = {
    (1, 1): 1, (1, 2): 2, (1, 3): 3,
    (2, 1): 2, (2, 2): 3, (2, 3): 4,
    (3, 1): 3, (3, 2): 4, (3, 3): 4,
    (4, 1): 3, (4, 2): 4, (4, 3): 4,
}  # fmt: skip


def create(apps, schema_editor):
    cell = apps.get_model("tickets", "PriorityCell")
    for (impact, urgency), priority in MATRIX.items():
        cell.objects.get_or_create(impact=impact, urgency=urgency, defaults={"priority": priority})


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_append_only_events_and_first_number")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
