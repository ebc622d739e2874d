from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

IS_LIVE = models.Q(("status__in", ["new", "open", "pending"]))


class Migration(migrations.Migration):
    atomic = False  # built beside the traffic, without a lock that waits for it

    dependencies = [("tickets", "0013_saved_views_and_bulk_runs")]

    operations = [
        AddIndexConcurrently(
            "ticket",
            models.Index(
                condition=IS_LIVE,
                fields=["team", "next_due_at", "assignee", "status", "id"],
                name="ticket_live_counts",
            ),
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                condition=models.Q(("status__in", ["new", "open", "pending"]), ("assignee__isnull", True)),
                fields=["next_due_at", "id", "team"],
                name="ticket_live_unassigned",
            ),
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                condition=models.Q(("status", "pending")), fields=["next_due_at", "id", "team"], name="ticket_waiting"
            ),
        ),
        AddIndexConcurrently(
            "ticket", models.Index(condition=IS_LIVE, fields=["priority", "id"], name="ticket_live_priority")
        ),
        AddIndexConcurrently(
            "ticket", models.Index(condition=IS_LIVE, fields=["-updated_at", "-id"], name="ticket_live_updated")
        ),
        AddIndexConcurrently(
            "ticket", models.Index(condition=IS_LIVE, fields=["-opened_at", "-id"], name="ticket_live_opened")
        ),
        AddIndexConcurrently("ticket", models.Index(fields=["-updated_at", "-id"], name="ticket_updated")),
    ]
