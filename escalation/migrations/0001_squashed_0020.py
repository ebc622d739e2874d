"""Everything up to 0020_assignment_turn at once, for a new database. One that has them only notes it."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

GUARD = """
CREATE FUNCTION tier_visit_is_appended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('tuntas.rebuilding', true) = 'on' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'tier visits are appended, never removed';
    END IF;
    IF OLD.left_at IS NOT NULL
        OR (OLD.accepted_at IS NOT NULL AND (NEW.accepted_at, NEW.accepted_by_id)
            IS DISTINCT FROM (OLD.accepted_at, OLD.accepted_by_id))
        OR (NEW.ticket_id, NEW.tier_id, NEW.team_id, NEW.entered_event_id, NEW.entered_at, NEW.entered_by_id,
            NEW.entered_verb, NEW.entered_why)
            IS DISTINCT FROM (OLD.ticket_id, OLD.tier_id, OLD.team_id, OLD.entered_event_id, OLD.entered_at,
            OLD.entered_by_id, OLD.entered_verb, OLD.entered_why)
    THEN
        RAISE EXCEPTION 'what a tier visit says is never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tier_visit_appended BEFORE UPDATE OR DELETE ON escalation_tiervisit
    FOR EACH ROW EXECUTE FUNCTION tier_visit_is_appended();
"""
OFFICE_DAY = [[8 * 60, 17 * 60]]
CALL_LEAD = {"do": "call", "who": ["lead"]}
CALENDAR = {
    "time_zone": "Asia/Jakarta",
    "weekly": [OFFICE_DAY] * 5 + [[], []],
    "seasons": [],
    "holidays": [],
    "exceptions": [],
}
POLICY = {
    "conditions": {"all": []},
    "pauses": ["requester", "vendor", "change", "problem", "scheduled"],
    # priority: working minutes
    "targets": {
        "response": {"1": 15, "2": 30, "3": 120, "4": 240},
        "resolution": {"1": 240, "2": 480, "3": 1440, "4": 2700},
    },
    "steps": [
        {"metric": "response", "percent": 100, "actions": [CALL_LEAD]},
        {"metric": "resolution", "percent": 100, "actions": [CALL_LEAD, {"do": "raise_tier"}]},
    ],
}


def create(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """The promise of a new installation: office hours, and targets that a lead changes to their own."""
    get, now = apps.get_model, timezone.now()
    calendar = get("escalation", "BusinessCalendar").objects.create(name="Office hours")
    calendar.current = get("escalation", "CalendarVersion").objects.create(
        calendar=calendar, number=1, definition=CALENDAR, created_at=now, applied_at=now
    )
    calendar.save()
    policy = get("escalation", "SlaPolicy").objects.create(
        name="Standard promise", name_id="Janji standar", position=1000, is_default=True
    )
    policy.current = get("escalation", "PolicyVersion").objects.create(
        policy=policy, number=1, calendar=calendar, definition=POLICY, created_at=now, applied_at=now
    )
    policy.save()
    get("escalation", "RuleSwitch").objects.create(pk=1)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("escalation", "0001_initial"),
        ("escalation", "0002_default_promise"),
        ("escalation", "0003_versions"),
        ("escalation", "0004_first_versions"),
        ("escalation", "0005_only_versions"),
        ("escalation", "0006_recount"),
        ("escalation", "0007_pause"),
        ("escalation", "0008_visits_as_ledger"),
        ("escalation", "0009_visits_are_appended"),
        ("escalation", "0010_ladder_and_packets"),
        ("escalation", "0011_summons_and_holds"),
        ("escalation", "0012_vendors"),
        ("escalation", "0013_major"),
        ("escalation", "0014_bug_of_a_team"),
        ("escalation", "0015_major_correction"),
        ("escalation", "0016_rules"),
        ("escalation", "0017_rules_from_routing"),
        ("escalation", "0018_only_rules"),
        ("escalation", "0019_dry_run"),
        ("escalation", "0020_assignment_turn"),
    ]

    dependencies = [
        ("accounts", "0009_single_keys_and_phone_numbers"),
        ("accounts", "__first__"),
        ("catalogue", "0004_search_assets"),
        ("tickets", "0018_departures"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssignmentTurn",
            fields=[
                (
                    "team",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="turn",
                        serialize=False,
                        to="accounts.team",
                    ),
                ),
                ("count", models.PositiveBigIntegerField(default=0)),
                ("last", models.JSONField(default=dict)),
                ("last_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BusinessCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("definition", models.JSONField(verbose_name="definition")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what changed")),
                ("created_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="escalation.businesscalendar",
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
                "constraints": [
                    models.UniqueConstraint(fields=("calendar", "number"), name="one_calendar_version_per_number")
                ],
            },
        ),
        migrations.AddField(
            model_name="businesscalendar",
            name="current",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="escalation.calendarversion",
            ),
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "metric",
                    models.CharField(
                        choices=[
                            ("response", "First reply"),
                            ("update", "Next update"),
                            ("resolution", "Solution"),
                            ("ola", "Time on this tier"),
                            ("vendor", "Vendor"),
                        ],
                        max_length=12,
                    ),
                ),
                ("life", models.BigIntegerField(default=0)),
                ("tier", models.PositiveSmallIntegerField(null=True)),
                ("agreed", models.JSONField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("paused", "Paused"), ("done", "Done")],
                        default="running",
                        max_length=8,
                    ),
                ),
                ("target_seconds", models.PositiveIntegerField(null=True)),
                ("counted", models.BigIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("running_since", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("missed_at", models.DateTimeField(null=True)),
                ("is_dropped", models.BooleanField(default=False)),
                ("cycle", models.PositiveIntegerField(default=1)),
                ("misses", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("next_step", models.CharField(blank=True, max_length=40)),
                ("fired", models.JSONField(default=list)),
                (
                    "calendar_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.calendarversion",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clocks",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "done")), fields=["stopped_at"], name="clock_stopped"),
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)), fields=["next_at", "id"], name="clock_next"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "metric", "life"), name="one_clock_per_ticket_metric_and_life"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", False), ("running_since__isnull", False), ("state", "running")),
                            models.Q(models.Q(("state", "running"), _negated=True), ("running_since__isnull", True)),
                            _connector="OR",
                        ),
                        name="a_running_clock_has_a_deadline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("next_at__isnull", True), ("state", "running"), _connector="OR"),
                        name="only_a_running_clock_has_a_milestone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContractTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "calendar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.businesscalendar",
                    ),
                ),
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="terms", to="catalogue.contract"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DryRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("cancelled", "cancelled"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(default=30, verbose_name="days")),
                ("changes", models.JSONField(default=list)),
                ("draft", models.JSONField(default=list)),
                ("live", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("report", models.JSONField(default=dict)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("applied_at", models.DateTimeField(null=True)),
                ("before", models.JSONField(default=list)),
                ("rolled_back_at", models.DateTimeField(null=True)),
                (
                    "applied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "rolled_back_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])), fields=["id"], name="dry_run_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExternalBug",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.URLField(max_length=500, verbose_name="address")),
                ("tracker", models.CharField(blank=True, max_length=80, verbose_name="tracker")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("affected_version", models.CharField(blank=True, max_length=80, verbose_name="version affected")),
                ("fixed_version", models.CharField(blank=True, max_length=80, verbose_name="version with the fix")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Not fixed yet"), ("fixed", "Fixed")],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("fixed_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fixed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("url", "team"), name="one_bug_per_address_and_team", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fixed_version", ""), ("state", "open")),
                            models.Q(("state", "fixed"), models.Q(("fixed_version", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="a_fixed_bug_names_its_version",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BugLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("linked_at", models.DateTimeField()),
                ("tell_at", models.DateTimeField(null=True)),
                (
                    "linked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bug_links",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "bug",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="escalation.externalbug"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("tell_at__isnull", False)), fields=["tell_at", "id"], name="bug_link_tell"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("ticket", "bug"), name="one_link_per_ticket_and_bug")],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sent_at", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("access", "Needs access"),
                            ("skill", "Needs deeper skill"),
                            ("wrong_team", "Wrong team"),
                            ("time", "Time is short"),
                            ("late", "Promise missed"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                        verbose_name="why",
                    ),
                ),
                ("symptom", models.TextField(verbose_name="symptom")),
                ("tried", models.TextField(blank=True, verbose_name="steps tried")),
                ("evidence", models.TextField(blank=True, verbose_name="evidence")),
                ("asked", models.TextField(verbose_name="what is asked")),
                (
                    "urgency",
                    models.CharField(
                        choices=[("queue", "In its turn"), ("today", "Today"), ("now", "At once")],
                        default="queue",
                        max_length=8,
                        verbose_name="urgency",
                    ),
                ),
                ("checklist", models.JSONField(default=list, verbose_name="checked")),
                ("remind_at", models.DateTimeField(null=True)),
                ("lead_at", models.DateTimeField(null=True)),
                ("reminded", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "Sent"),
                            ("accepted", "Accepted"),
                            ("returned", "Returned"),
                            ("superseded", "Moved on"),
                        ],
                        default="sent",
                        max_length=12,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "return_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("missing", "Missing information"),
                            ("wrong_team", "Wrong team"),
                            ("known_fix", "Known fix"),
                            ("not_reproducible", "Not reproducible"),
                            ("duplicate", "Duplicate"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("return_note", models.TextField(blank=True, verbose_name="what is missing")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("files", models.ManyToManyField(related_name="+", to="tickets.attachment")),
                (
                    "from_team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="handovers", to="tickets.ticket"
                    ),
                ),
                (
                    "to_team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("remind_at__isnull", False)), fields=["remind_at"], name="handover_remind"
                    ),
                    models.Index(fields=["sent_at"], name="handover_sent"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "sent")), fields=("ticket",), name="one_unanswered_handover"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "kept",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["until"], name="hold_until")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("ticket",), name="one_open_hold"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LadderVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="version")),
                ("definition", models.JSONField(verbose_name="definition")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what changed")),
                ("created_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
            },
        ),
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["candidate", "active"])),
                        fields=["state", "id"],
                        name="major_open",
                    ),
                    models.Index(
                        condition=models.Q(("cadence_at__isnull", False), ("state", "active")),
                        fields=["cadence_at"],
                        name="major_cadence",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["candidate", "active"])),
                        fields=("lead",),
                        name="one_open_major_per_lead",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")), fields=("service",), name="one_active_per_service"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "candidate")),
                        fields=("service",),
                        name="one_candidate_per_service",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cadence_minutes__isnull", True), ("cadence_minutes__gte", 1), _connector="OR"
                        ),
                        name="major_cadence_is_positive",
                    ),
                ],
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
                            ("correct", "corrected what it says"),
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
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "number"), name="review_versions_are_numbered")
                ],
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_open", True)), fields=("ticket",), name="one_open_major_per_ticket"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("detached_at__isnull", True)),
                        fields=("incident", "ticket"),
                        name="a_ticket_is_in_it_once",
                    ),
                ],
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
                "constraints": [models.UniqueConstraint(fields=("incident", "number"), name="updates_are_numbered")],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cycle", models.PositiveIntegerField(default=1)),
                ("step", models.CharField(max_length=40)),
                ("due_at", models.DateTimeField()),
                ("fired_at", models.DateTimeField()),
                ("is_late", models.BooleanField(default=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("done", "done"), ("skipped", "no longer needed")], default="done", max_length=8
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="milestones",
                        to="escalation.clock",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clock", "cycle", "step", "due_at"), name="one_milestone_per_clock_step_and_due"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("requester", "Waiting for requester"),
                            ("vendor", "Waiting for vendor"),
                            ("change", "Waiting for a change"),
                            ("problem", "Waiting for a problem fix"),
                            ("scheduled", "Scheduled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_verb", models.CharField(blank=True, max_length=30)),
                ("nudges", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_event",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tickets.ticketevent"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pauses",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["ticket", "id"], name="pause_of_ticket"),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True), ("next_at__isnull", False)),
                        fields=["next_at", "id"],
                        name="pause_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("ticket",), name="one_open_pause"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True), ("ended_at__gte", models.F("started_at")), _connector="OR"
                        ),
                        name="pause_ended_after_started",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("definition", models.JSONField(verbose_name="definition")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what changed")),
                ("created_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.businesscalendar"
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
            },
        ),
        migrations.AddField(
            model_name="clock",
            name="policy_version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="escalation.policyversion",
            ),
        ),
        migrations.CreateModel(
            name="Recount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("preview", "What would change"), ("apply", "Put in force")], max_length=8
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("cancelled", "cancelled"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("last_ticket", models.BigIntegerField(default=0)),
                ("moved", models.PositiveIntegerField(default=0)),
                ("to_late", models.PositiveIntegerField(default=0)),
                ("to_on_time", models.PositiveIntegerField(default=0)),
                ("flips", models.JSONField(default=list)),
                ("error", models.CharField(blank=True, max_length=300)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "calendar_version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recounts",
                        to="escalation.calendarversion",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recounts",
                        to="escalation.policyversion",
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])), fields=["id"], name="recount_open"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("calendar_version__isnull", True), ("policy_version__isnull", True), _connector="XOR"
                        ),
                        name="a_recount_is_of_one_version",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_id", models.CharField(blank=True, max_length=120, verbose_name="name in Indonesian")),
                ("position", models.FloatField(default=0, verbose_name="order")),
                ("is_active", models.BooleanField(default=False, verbose_name="on")),
                ("broken", models.CharField(blank=True, max_length=300)),
                ("broken_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("switched_off_why", models.CharField(blank=True, max_length=300)),
                ("next_look_at", models.DateTimeField(null=True)),
                ("looked_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        help_text="Is told when the rule fails or cannot be used.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "ordering": ("position", "pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_look_at__isnull", False)),
                        fields=["next_look_at"],
                        name="rule_looks_next",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "about",
                    models.CharField(
                        choices=[("rules", "rules"), ("promise", "promise")], default="rules", max_length=8
                    ),
                ),
                ("fallback", models.CharField(blank=True, max_length=120)),
                ("facts", models.JSONField(default=dict)),
                ("skipped", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="escalation.policyversion",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="RuleSwitch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_on", models.BooleanField(default=True)),
                ("stamp", models.PositiveBigIntegerField(default=1)),
                ("changed_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_id", models.CharField(blank=True, max_length=120, verbose_name="name in Indonesian")),
                ("definition", models.JSONField(verbose_name="definition")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what changed")),
                ("created_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="escalation.rule"
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
                "constraints": [models.UniqueConstraint(fields=("rule", "number"), name="one_rule_version_per_number")],
            },
        ),
        migrations.CreateModel(
            name="RuleRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("name_id", models.CharField(blank=True, max_length=120)),
                ("number", models.PositiveIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("done", "done"),
                            ("partly", "done in part"),
                            ("failed", "failed"),
                            ("stopped", "stopped: rules set each other off"),
                        ],
                        default="done",
                        max_length=8,
                    ),
                ),
                ("did", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="escalation.ruledecision"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="runs",
                        to="escalation.rule",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rule_runs",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="runs",
                        to="escalation.ruleversion",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["rule", "ticket", "at"], name="run_of_rule_on_ticket"),
                    models.Index(fields=["rule", "-at"], name="run_of_rule"),
                    models.Index(fields=["ticket", "id"], name="run_on_ticket"),
                ],
                "constraints": [models.UniqueConstraint(fields=("event", "rule"), name="a_rule_runs_once_per_event")],
            },
        ),
        migrations.AddField(
            model_name="rule",
            name="current",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.ruleversion"
            ),
        ),
        migrations.CreateModel(
            name="SlaPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_id", models.CharField(blank=True, max_length=120, verbose_name="name in Indonesian")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("is_default", models.BooleanField(default=False, verbose_name="for tickets no other policy fits")),
                (
                    "broken",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="why it is skipped"),
                ),
                ("broken_at", models.DateTimeField(editable=False, null=True)),
                (
                    "current",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.policyversion",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        help_text="Is told when the policy cannot be used.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "SLA policies",
                "ordering": ("position", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)), fields=("is_default",), name="one_default_policy"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="policyversion",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="escalation.slapolicy"
            ),
        ),
        migrations.CreateModel(
            name="PolicyChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="policy_choice", to="tickets.ticket"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="escalation.slapolicy"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Summons",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.JSONField(verbose_name="reason")),
                (
                    "rung",
                    models.CharField(
                        choices=[
                            ("lead", "Team lead"),
                            ("department", "Department manager"),
                            ("managers", "Incident managers"),
                            ("on_call", "Whoever is on call"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Nobody has answered yet"),
                            ("acknowledged", "Answered"),
                            ("unanswered", "Nobody answered"),
                            ("ended", "The ticket ended first"),
                        ],
                        default="open",
                        max_length=14,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("rounds", models.PositiveSmallIntegerField(default=1)),
                ("climb_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=300)),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="summonses", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("climb_at__isnull", False)), fields=["climb_at"], name="summons_climb"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("ticket",), name="one_open_summons"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SummonsCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rung",
                    models.CharField(
                        choices=[
                            ("lead", "Team lead"),
                            ("department", "Department manager"),
                            ("managers", "Incident managers"),
                            ("on_call", "Whoever is on call"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "summons",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="escalation.summons"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("event", "person"), name="one_call_per_person_and_event")
                ],
            },
        ),
        migrations.CreateModel(
            name="TierVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entered_at", models.DateTimeField()),
                ("entered_verb", models.CharField(max_length=30)),
                ("entered_why", models.CharField(blank=True, max_length=300)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("left_verb", models.CharField(blank=True, max_length=30)),
                ("left_why", models.CharField(blank=True, max_length=300)),
                ("business_seconds", models.PositiveIntegerField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "calendar_version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.calendarversion",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_event",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "left_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "left_event",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "returned_to",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "tier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tier"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["ticket", "id"], name="visit_of_ticket"),
                    models.Index(fields=["entered_at"], name="visit_entered"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at__isnull", True)), fields=("ticket",), name="one_open_visit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at__isnull", True), ("left_at__gte", models.F("entered_at")), _connector="OR"
                        ),
                        name="left_after_entered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VendorReferral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="the vendor's reference")),
                ("sent_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField(null=True)),
                ("chase_at", models.DateTimeField(null=True)),
                ("chased", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_verb", models.CharField(blank=True, max_length=30)),
                (
                    "ended_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("solved", "Solved by the vendor"),
                            ("no_answer", "No answer"),
                            ("rejected", "Rejected by the vendor"),
                            ("wrong_vendor", "Wrong vendor"),
                            ("withdrawn", "Withdrawn by us"),
                            ("moved_on", "The ticket went on"),
                        ],
                        max_length=12,
                    ),
                ),
                ("ended_words", models.TextField(blank=True)),
                (
                    "calendar_version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="escalation.calendarversion",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="catalogue.contract"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_event",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="referrals",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="catalogue.vendor",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["ticket", "id"], name="referral_of_ticket"),
                    models.Index(fields=["vendor", "ended_at"], name="referral_of_vendor"),
                    models.Index(
                        condition=models.Q(("chase_at__isnull", False)),
                        fields=["chase_at", "id"],
                        name="referral_chase",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("ticket",), name="one_open_referral"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_why", "")),
                            models.Q(
                                ("chase_at__isnull", True),
                                ("ended_at__gte", models.F("sent_at")),
                                models.Q(("ended_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_ended_referral_says_why",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.UniqueConstraint(fields=("policy", "number"), name="one_policy_version_per_number"),
        ),
        migrations.RunSQL(GUARD),
        migrations.RunPython(create, migrations.RunPython.noop),
    ]
