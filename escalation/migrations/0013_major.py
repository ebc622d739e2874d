import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_bilingual_state_note"),
        ("escalation", "0012_vendors"),
        ("tickets", "0005_check_pending_until"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MajorIncident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("candidate", "Proposed"),
                            ("active", "Active"),
                            ("stood_down", "Stood down"),
                            ("reviewed", "Reviewed"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="candidate",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=160)),
                ("title_id", models.CharField(blank=True, max_length=160)),
                (
                    "severity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("everyone", "Everyone is affected"),
                            ("many", "Many people are affected"),
                            ("place", "One site or department is affected"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "source",
                    models.CharField(choices=[("hand", "by hand"), ("rule", "by rule")], default="hand", max_length=5),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("evidence", models.JSONField(blank=True, default=dict)),
                ("resolution", models.TextField(blank=True)),
                ("proposed_at", models.DateTimeField()),
                ("declared_at", models.DateTimeField(null=True)),
                ("stood_down_at", models.DateTimeField(null=True)),
                ("dismissed_at", models.DateTimeField(null=True)),
                ("dismissal", models.CharField(blank=True, max_length=500)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("cadence_minutes", models.PositiveSmallIntegerField(null=True)),
                ("next_update_at", models.DateTimeField(null=True)),
                ("cadence_at", models.DateTimeField(null=True)),
                ("cadence_step", models.CharField(blank=True, max_length=10)),
                ("service_state", models.CharField(blank=True, max_length=12)),
                ("service_before", models.JSONField(blank=True, default=dict)),
                ("service_set", models.JSONField(blank=True, default=dict)),
                (
                    "commander",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "communicator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dismissed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="led_incidents", to="tickets.ticket"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scribe",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="major_incidents",
                        to="catalogue.service",
                    ),
                ),
                (
                    "stood_down_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="MajorEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("propose", "proposed it as a major incident"),
                            ("promote", "declared the major incident"),
                            ("dismiss", "dismissed the proposal"),
                            ("role", "changed a role"),
                            ("note", "noted"),
                            ("cadence", "changed how often updates are due"),
                            ("stand_down", "stood the major incident down"),
                            ("review", "finished the review"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("text", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="escalation.majorincident"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="MajorReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("happened", models.TextField(blank=True, verbose_name="what happened")),
                ("cause", models.TextField(blank=True, verbose_name="cause")),
                ("went_well", models.TextField(blank=True, verbose_name="what went well")),
                ("improve", models.TextField(blank=True, verbose_name="what to improve")),
                ("questions", models.TextField(blank=True, verbose_name="open questions")),
                ("actions", models.JSONField(blank=True, default=list)),
                ("saved_at", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="escalation.majorincident",
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
            },
        ),
        migrations.CreateModel(
            name="MajorTicket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_lead", models.BooleanField(default=False)),
                ("is_open", models.BooleanField(default=True)),
                ("attached_at", models.DateTimeField()),
                ("detached_at", models.DateTimeField(null=True)),
                (
                    "attached_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "detached_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="escalation.majorincident"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="major_links", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ("-is_lead", "id"),
            },
        ),
        migrations.CreateModel(
            name="MajorUpdate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                ("text_id", models.TextField()),
                ("sent_at", models.DateTimeField()),
                ("next_update_at", models.DateTimeField(null=True)),
                ("is_final", models.BooleanField(default=False)),
                ("recipients", models.PositiveIntegerField(default=0)),
                ("dedupe_key", models.CharField(max_length=120, null=True, unique=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="updates",
                        to="escalation.majorincident",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.AddIndex(
            model_name="majorincident",
            index=models.Index(
                condition=models.Q(("state__in", ["candidate", "active"])), fields=["state", "id"], name="major_open"
            ),
        ),
        migrations.AddIndex(
            model_name="majorincident",
            index=models.Index(
                condition=models.Q(("cadence_at__isnull", False), ("state", "active")),
                fields=["cadence_at"],
                name="major_cadence",
            ),
        ),
        migrations.AddConstraint(
            model_name="majorincident",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["candidate", "active"])),
                fields=("lead",),
                name="one_open_major_per_lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="majorincident",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "active")), fields=("service",), name="one_active_per_service"
            ),
        ),
        migrations.AddConstraint(
            model_name="majorincident",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "candidate")), fields=("service",), name="one_candidate_per_service"
            ),
        ),
        migrations.AddConstraint(
            model_name="majorincident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["candidate", "dismissed"]),
                    models.Q(
                        ("declared_at__isnull", False),
                        ("service__isnull", False),
                        models.Q(("title", ""), _negated=True),
                        models.Q(("title_id", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_declared_major_is_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="majorincident",
            constraint=models.CheckConstraint(
                condition=models.Q(("cadence_minutes__isnull", True), ("cadence_minutes__gte", 1), _connector="OR"),
                name="major_cadence_is_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="majorreview",
            constraint=models.UniqueConstraint(fields=("incident", "number"), name="review_versions_are_numbered"),
        ),
        migrations.AddConstraint(
            model_name="majorticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)), fields=("ticket",), name="one_open_major_per_ticket"
            ),
        ),
        migrations.AddConstraint(
            model_name="majorticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("detached_at__isnull", True)),
                fields=("incident", "ticket"),
                name="a_ticket_is_in_it_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="majorupdate",
            constraint=models.UniqueConstraint(fields=("incident", "number"), name="updates_are_numbered"),
        ),
    ]
