"""What callers ring about again and again, and a draft of what is written down on the phone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0004_search_assets"),
        ("tickets", "0014_index_what_lists_count"),
    ]

    operations = [
        migrations.AlterField(
            model_name="draft",
            name="mode",
            field=models.CharField(
                choices=[
                    ("new", "New"),
                    ("phone", "Phone"),
                    ("reply", "Reply"),
                    ("note", "Note"),
                    ("escalate", "Escalate"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="PhoneTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_id", models.CharField(blank=True, max_length=120, verbose_name="name in Indonesian")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("description", models.TextField(blank=True, max_length=4000, verbose_name="first questions")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="order")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="catalogue.category",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "ordering": ("-is_active", "position", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("subject", ""), _negated=True), name="a_phone_template_has_a_subject"
                    )
                ],
            },
        ),
    ]
