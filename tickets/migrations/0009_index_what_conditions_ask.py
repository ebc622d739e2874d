from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

IS_LIVE = models.Q(("status__in", ["new", "open", "pending"]))


class Migration(migrations.Migration):
    atomic = False  # built beside the traffic, without a lock that waits for it

    dependencies = [("tickets", "0008_fill_what_conditions_ask")]

    operations = [
        AddIndexConcurrently("ticket", GinIndex(fields=["tags"], name="ticket_tags")),
        AddIndexConcurrently(
            "ticket", models.Index(condition=IS_LIVE, fields=["staff_acted_at"], name="ticket_live_staff_acted")
        ),
        AddIndexConcurrently(
            "ticket", models.Index(condition=IS_LIVE, fields=["tier_since"], name="ticket_live_tier_since")
        ),
        AddIndexConcurrently(
            "ticket", models.Index(condition=IS_LIVE, fields=["status_since"], name="ticket_live_status_since")
        ),
    ]
