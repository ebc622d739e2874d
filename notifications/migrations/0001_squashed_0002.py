"""Everything up to 0002_webhook at once, for a new database. One that has them only notes it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("notifications", "0001_initial"),
        ("notifications", "0002_webhook"),
    ]

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "Email"), ("in_app", "In the app"), ("webhook", "Webhook")], max_length=10
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=2000)),
                ("language", models.CharField(default="en", max_length=5)),
                ("template", models.CharField(max_length=60)),
                ("context", models.JSONField(default=dict)),
                ("dedupe_key", models.CharField(max_length=120, unique=True)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=500)),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outbox_messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("failed_at__isnull", True), ("sent_at__isnull", True)),
                        fields=["due_at", "id"],
                        name="outbox_due",
                    ),
                    models.Index(
                        condition=models.Q(("channel", "in_app")),
                        fields=["recipient", "-created_at"],
                        name="outbox_in_app",
                    ),
                ],
            },
        ),
    ]
