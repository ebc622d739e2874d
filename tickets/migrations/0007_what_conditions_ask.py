import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns that conditions ask; 0008 fills them from the history, 0009 builds their indexes beside the traffic."""

    dependencies = [("tickets", "0006_helpers")]

    operations = [
        migrations.AddField(
            "ticket",
            "tags",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField("ticket", "status_since", models.DateTimeField(null=True)),
        migrations.AddField("ticket", "team_since", models.DateTimeField(null=True)),
        migrations.AddField("ticket", "tier_since", models.DateTimeField(null=True)),
        migrations.AddField("ticket", "staff_acted_at", models.DateTimeField(null=True)),
        migrations.AddField("ticket", "requester_acted_at", models.DateTimeField(null=True)),
        migrations.AddField("ticket", "was", models.JSONField(blank=True, db_default={}, default=dict)),
    ]
