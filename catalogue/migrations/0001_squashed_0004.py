"""Everything up to 0004_search_assets at once, for a new database. One that has them only notes it."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("catalogue", "0001_initial"),
        ("catalogue", "0002_bilingual_state_note"),
        ("catalogue", "0003_vendors"),
        ("catalogue", "0004_search_assets"),
    ]

    dependencies = [
        ("accounts", "0009_single_keys_and_phone_numbers"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_id", models.CharField(blank=True, max_length=120, verbose_name="name in Indonesian")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address")),
                ("icon", models.CharField(default="box", max_length=40, verbose_name="icon")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("operational", "All good"),
                            ("degraded", "Degraded"),
                            ("outage", "Outage"),
                            ("planned", "Planned work"),
                        ],
                        default="operational",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("state_note", models.CharField(blank=True, max_length=200, verbose_name="note on the state")),
                (
                    "state_note_id",
                    models.CharField(blank=True, max_length=200, verbose_name="note on the state in Indonesian"),
                ),
                ("is_critical", models.BooleanField(default=False, verbose_name="critical")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "ordering": ("position", "name"),
            },
        ),
        migrations.CreateModel(
            name="Vendor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email")),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="phone")),
                ("portal_url", models.URLField(blank=True, max_length=300, verbose_name="portal address")),
                ("notes", models.TextField(blank=True, verbose_name="notes")),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_id", models.CharField(blank=True, max_length=120, verbose_name="name in Indonesian")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address")),
                (
                    "kind",
                    models.CharField(
                        choices=[("incident", "Incident"), ("request", "Request")],
                        default="incident",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="categories", to="catalogue.service"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "categories",
                "ordering": ("service__position", "position", "name"),
            },
        ),
        migrations.CreateModel(
            name="SupportTeam",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="support_teams",
                        to="catalogue.service",
                    ),
                ),
                ("team", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="accounts.team")),
                ("tier", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="accounts.tier")),
            ],
            options={
                "ordering": ("tier__level",),
                "constraints": [
                    models.UniqueConstraint(fields=("service", "tier"), name="one_team_per_service_and_tier")
                ],
            },
        ),
        migrations.AddField(
            model_name="service",
            name="support_line",
            field=models.ManyToManyField(through="catalogue.SupportTeam", to="accounts.team"),
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=80, verbose_name="number")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "solve_p1",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="P1, minutes to a solution"),
                ),
                (
                    "solve_p2",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="P2, minutes to a solution"),
                ),
                (
                    "solve_p3",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="P3, minutes to a solution"),
                ),
                (
                    "solve_p4",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="P4, minutes to a solution"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("services", models.ManyToManyField(blank=True, related_name="contracts", to="catalogue.service")),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contracts", to="catalogue.vendor"
                    ),
                ),
            ],
            options={
                "ordering": ("vendor__name", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("vendor", "number"), name="one_contract_per_vendor_and_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="contract_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IntakeField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=40, verbose_name="key")),
                ("label", models.CharField(max_length=160, verbose_name="label")),
                ("label_id", models.CharField(blank=True, max_length=160, verbose_name="label in Indonesian")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("choice", "Choice"),
                            ("number", "Number"),
                            ("date", "Date"),
                            ("bool", "Yes or no"),
                        ],
                        default="text",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("required", models.BooleanField(default=False, verbose_name="required")),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), blank=True, default=list, size=None
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="intake_fields",
                        to="catalogue.category",
                    ),
                ),
            ],
            options={
                "ordering": ("position", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("category", "key"), name="one_intake_key_per_category")
                ],
            },
        ),
        migrations.CreateModel(
            name="Asset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tag", models.CharField(max_length=40, unique=True, verbose_name="tag")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="assets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="accounts.site"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="assets",
                        to="catalogue.service",
                    ),
                ),
            ],
            options={
                "ordering": ("tag",),
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("tag", "name", "kind", config="simple"),
                        name="asset_words",
                    )
                ],
            },
        ),
    ]
