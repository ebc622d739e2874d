"""Everything up to 0018_departures at once, for a new database. One that has them only notes it."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.serializers.json
import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import tickets.models.conversation

REFUSE = """
CREATE FUNCTION ticket_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ticket events are appended, never changed or removed';
END $$;
CREATE TRIGGER ticket_event_append_only BEFORE UPDATE OR DELETE ON tickets_ticketevent
    FOR EACH ROW EXECUTE FUNCTION ticket_event_is_append_only();
CREATE FUNCTION time_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'time entries are appended, never changed or removed';
END $$;
CREATE TRIGGER time_entry_append_only BEFORE UPDATE OR DELETE ON tickets_timeentry
    FOR EACH ROW EXECUTE FUNCTION time_entry_is_append_only();
"""
# five digits from the start, so that numbers keep one width for years
FIRST_NUMBER = "ALTER TABLE tickets_ticket ALTER COLUMN id RESTART WITH 10001"
# (impact, urgency): priority. The 3 x 3 core is the matrix of a large ServiceNow instance's log, which has no
# exception; impact 4 (one person) is its third row, one step milder where work goes on.
MATRIX = {
    (1, 1): 1, (1, 2): 2, (1, 3): 3,
    (2, 1): 2, (2, 2): 3, (2, 3): 4,
    (3, 1): 3, (3, 2): 4, (3, 3): 4,
    (4, 1): 3, (4, 2): 4, (4, 3): 4,
}  # fmt: skip


def create(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    cell = apps.get_model("tickets", "PriorityCell")
    for (impact, urgency), priority in MATRIX.items():
        cell.objects.create(impact=impact, urgency=urgency, priority=priority)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("tickets", "0001_initial"),
        ("tickets", "0002_append_only_events_and_first_number"),
        ("tickets", "0003_priority_matrix"),
        ("tickets", "0004_pending_until"),
        ("tickets", "0005_check_pending_until"),
        ("tickets", "0006_helpers"),
        ("tickets", "0007_what_conditions_ask"),
        ("tickets", "0008_fill_what_conditions_ask"),
        ("tickets", "0009_index_what_conditions_ask"),
        ("tickets", "0010_tasks_and_reply_templates"),
        ("tickets", "0011_ticket_links"),
        ("tickets", "0012_search"),
        ("tickets", "0013_saved_views_and_bulk_runs"),
        ("tickets", "0014_index_what_lists_count"),
        ("tickets", "0015_phone_templates"),
        ("tickets", "0016_snoozes_time_checklists_reminders"),
        ("tickets", "0017_plans"),
        ("tickets", "0018_departures"),
    ]

    dependencies = [
        ("accounts", "0009_single_keys_and_phone_numbers"),
        ("accounts", "__first__"),
        ("catalogue", "0004_search_assets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("incident", "Incident"), ("request", "Request")],
                        default="incident",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("description", models.TextField(verbose_name="description")),
                ("language", models.CharField(default="id", max_length=5)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("open", "In progress"),
                            ("pending", "Waiting"),
                            ("resolved", "Resolved"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="new",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "pending_reason",
                    models.CharField(
                        blank=True,
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
                ("pending_until", models.DateTimeField(null=True)),
                (
                    "impact",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "The whole organisation"),
                            (2, "A department or site"),
                            (3, "Several people"),
                            (4, "One person"),
                        ],
                        default=4,
                        verbose_name="impact",
                    ),
                ),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Work stopped"), (2, "Degraded"), (3, "Inconvenient")],
                        default=2,
                        verbose_name="urgency",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "P1 Critical"), (2, "P2 High"), (3, "P3 Medium"), (4, "P4 Low")],
                        default=3,
                        verbose_name="priority",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("portal", "portal"),
                            ("phone", "phone"),
                            ("email", "email"),
                            ("api", "API"),
                            ("alert", "monitoring alert"),
                            ("import", "import"),
                        ],
                        default="portal",
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("intake", models.JSONField(blank=True, default=dict, verbose_name="intake answers")),
                ("external_ref", models.CharField(blank=True, max_length=120, null=True, unique=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("updated_at", models.DateTimeField(verbose_name="updated")),
                ("first_replied_at", models.DateTimeField(null=True)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("auto_close_at", models.DateTimeField(null=True)),
                ("resolution", models.TextField(blank=True, verbose_name="resolution")),
                ("reopen_count", models.PositiveSmallIntegerField(default=0)),
                ("return_count", models.PositiveSmallIntegerField(default=0)),
                ("response_due_at", models.DateTimeField(null=True)),
                ("resolution_due_at", models.DateTimeField(null=True)),
                ("next_due_at", models.DateTimeField(null=True)),
                ("breached_at", models.DateTimeField(null=True)),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, db_default=[], default=list, size=None
                    ),
                ),
                ("status_since", models.DateTimeField(null=True)),
                ("team_since", models.DateTimeField(null=True)),
                ("tier_since", models.DateTimeField(null=True)),
                ("staff_acted_at", models.DateTimeField(null=True)),
                ("requester_acted_at", models.DateTimeField(null=True)),
                ("was", models.JSONField(blank=True, db_default={}, default=dict)),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tickets",
                        to="catalogue.asset",
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned_tickets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="catalogue.category",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requested_tickets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="catalogue.service",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="accounts.team",
                    ),
                ),
                (
                    "tier",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="accounts.tier",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["new", "open", "pending"])),
                        fields=["team", "next_due_at", "id"],
                        name="ticket_live_team",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["new", "open", "pending"])),
                        fields=["team", "next_due_at", "assignee", "status", "id"],
                        name="ticket_live_counts",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["new", "open", "pending"]), ("assignee__isnull", True)),
                        fields=["next_due_at", "id", "team"],
                        name="ticket_live_unassigned",
                    ),
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["next_due_at", "id", "team"],
                        name="ticket_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["new", "open", "pending"])),
                        fields=["priority", "id"],
                        name="ticket_live_priority",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["new", "open", "pending"])),
                        fields=["-updated_at", "-id"],
                        name="ticket_live_updated",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["new", "open", "pending"])),
                        fields=["-opened_at", "-id"],
                        name="ticket_live_opened",
                    ),
                    models.Index(fields=["-updated_at", "-id"], name="ticket_updated"),
                    models.Index(
                        condition=models.Q(("status__in", ["new", "open", "pending"])),
                        fields=["assignee", "next_due_at", "id"],
                        name="ticket_live_assignee",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["new", "open", "pending"])),
                        fields=["next_due_at"],
                        name="ticket_live_due",
                    ),
                    models.Index(fields=["requester", "-opened_at"], name="ticket_requester"),
                    models.Index(
                        condition=models.Q(("status", "resolved")), fields=["auto_close_at"], name="ticket_auto_close"
                    ),
                    models.Index(fields=["opened_at"], name="ticket_opened"),
                    models.Index(
                        condition=models.Q(("resolved_at__isnull", False)),
                        fields=["resolved_at"],
                        name="ticket_resolved",
                    ),
                    django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="ticket_tags"),
                    models.Index(
                        condition=models.Q(("status__in", ["new", "open", "pending"])),
                        fields=["staff_acted_at"],
                        name="ticket_live_staff_acted",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["new", "open", "pending"])),
                        fields=["tier_since"],
                        name="ticket_live_tier_since",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["new", "open", "pending"])),
                        fields=["status_since"],
                        name="ticket_live_status_since",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["new", "open", "pending", "resolved", "closed", "cancelled"])
                        ),
                        name="ticket_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__gte", 1), ("priority__lte", 4)), name="ticket_priority_1_to_4"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("pending_reason__in", ["requester", "vendor", "change", "problem", "scheduled"]),
                                ("status", "pending"),
                            ),
                            models.Q(models.Q(("status", "pending"), _negated=True), ("pending_reason", "")),
                            _connector="OR",
                        ),
                        name="ticket_pending_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status", "pending"), ("pending_until__isnull", True), _connector="OR"),
                        name="ticket_until_only_while_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("action", models.CharField(max_length=12)),
                ("value", models.JSONField(default=dict)),
                ("back", models.CharField(blank=True, max_length=2000)),
                ("total", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("undo_asked_at", models.DateTimeField(null=True)),
                ("dedupe_key", models.CharField(max_length=64)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)), fields=["id"], name="bulk_unfinished"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("actor", "dedupe_key"), name="one_bulk_run_per_click")],
            },
        ),
        migrations.CreateModel(
            name="ChecklistTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                (
                    "is_automatic",
                    models.BooleanField(default=False, verbose_name="put on every ticket of the category"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "steps",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), size=None, verbose_name="steps"
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="checklists",
                        to="catalogue.category",
                    ),
                ),
            ],
            options={
                "ordering": ("-is_active", "name"),
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("reply", "Reply"), ("note", "Internal note")], max_length=10)),
                ("body", models.TextField(verbose_name="text")),
                ("is_public", models.BooleanField(default=False)),
                ("by_staff", models.BooleanField(default=False)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("portal", "portal"),
                            ("phone", "phone"),
                            ("email", "email"),
                            ("api", "API"),
                            ("alert", "monitoring alert"),
                            ("import", "import"),
                        ],
                        default="portal",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("dedupe_key", models.CharField(max_length=120, null=True, unique=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "id"),
                "indexes": [models.Index(fields=["ticket", "created_at", "id"], name="message_of_ticket")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_public", True), ("kind", "reply")),
                            models.Q(("is_public", False), ("kind", "note")),
                            _connector="OR",
                        ),
                        name="a_note_is_never_public",
                    )
                ],
            },
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
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                ("rule", models.CharField(max_length=300, verbose_name="how often")),
                ("starts_at", models.DateTimeField(verbose_name="first date")),
                ("time_zone", models.CharField(max_length=60, verbose_name="time zone")),
                ("lead_days", models.PositiveSmallIntegerField(default=0, verbose_name="opened, days before")),
                (
                    "skip_while_open",
                    models.BooleanField(default=True, verbose_name="skip while the one before is still open"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("description", models.TextField(verbose_name="description")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "P1 Critical"), (2, "P2 High"), (3, "P3 Medium"), (4, "P4 Low")],
                        default=4,
                        verbose_name="priority",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("next_at", models.DateTimeField(null=True)),
                ("opens_at", models.DateTimeField(null=True)),
                ("assets", models.ManyToManyField(blank=True, related_name="plans", to="catalogue.asset")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.category",
                    ),
                ),
                (
                    "checklist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.checklisttemplate",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ("-is_active", "name"),
                "indexes": [
                    models.Index(condition=models.Q(("is_active", True)), fields=["opens_at"], name="plan_due")
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("lead_days__lte", 90)), name="plan_opens_soon_enough")
                ],
            },
        ),
        migrations.CreateModel(
            name="PriorityCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "impact",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "The whole organisation"),
                            (2, "A department or site"),
                            (3, "Several people"),
                            (4, "One person"),
                        ],
                        verbose_name="impact",
                    ),
                ),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Work stopped"), (2, "Degraded"), (3, "Inconvenient")], verbose_name="urgency"
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "P1 Critical"), (2, "P2 High"), (3, "P3 Medium"), (4, "P4 Low")],
                        verbose_name="priority",
                    ),
                ),
            ],
            options={
                "ordering": ("impact", "urgency"),
                "constraints": [
                    models.UniqueConstraint(fields=("impact", "urgency"), name="one_priority_per_impact_and_urgency")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplyTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_id", models.CharField(blank=True, max_length=120, verbose_name="name in Indonesian")),
                ("body_en", models.TextField(blank=True, verbose_name="text in English")),
                ("body_id", models.TextField(blank=True, verbose_name="text in Indonesian")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("-is_active", "name"),
                "constraints": [
                    models.UniqueConstraint(fields=("name",), name="one_reply_template_of_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(("body_en", ""), ("body_id", ""), _negated=True),
                        name="a_reply_template_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "scope",
                    models.CharField(
                        choices=[("private", "Only me"), ("team", "A team"), ("everybody", "Everybody at the desk")],
                        default="private",
                        max_length=10,
                        verbose_name="who sees it",
                    ),
                ),
                ("condition", models.JSONField(default=dict)),
                ("has_ended", models.BooleanField(default=False, verbose_name="also tickets that have ended")),
                ("sort", models.CharField(default="due", max_length=12)),
                ("group", models.CharField(blank=True, default="due", max_length=12)),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), default=list, size=None
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("removed_at__isnull", True)), fields=["scope"], name="saved_view_scope"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scope", "team"), ("team__isnull", False)),
                            models.Q(models.Q(("scope", "team"), _negated=True), ("team__isnull", True)),
                            _connector="OR",
                        ),
                        name="a_view_of_a_team_has_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_document",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["words"], name="searchdocument_words"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("created_at", models.DateTimeField()),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rating", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 1), ("score__lte", 5)), name="rating_is_1_to_5"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("opened", "opened"),
                            ("skipped", "skipped, the one before is still open"),
                            ("missed", "missed while nothing ran"),
                            ("failed", "could not be opened"),
                        ],
                        max_length=10,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=500)),
                ("count", models.PositiveIntegerField(default=1)),
                ("at", models.DateTimeField()),
                (
                    "asset",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.asset"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="tickets.plan",
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_run",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ("-due_at", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "due_at", "asset"), name="one_ticket_per_date_and_asset", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "opened"), ("ticket__isnull", False)),
                            models.Q(models.Q(("outcome", "opened"), _negated=True), ("ticket__isnull", True)),
                            _connector="OR",
                        ),
                        name="an_opened_run_has_its_ticket",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Helper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("invited_at", models.DateTimeField()),
                ("asked", models.CharField(max_length=500, verbose_name="what is asked")),
                ("joined_at", models.DateTimeField(null=True)),
                ("minutes", models.PositiveIntegerField(default=0, verbose_name="minutes")),
                ("left_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("done", "Done"),
                            ("removed", "Taken away"),
                            ("ended", "The ticket ended"),
                            ("owns", "Became the owner"),
                        ],
                        max_length=8,
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
                    "invited_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="helping",
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
                (
                    "tier",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.tier",
                    ),
                ),
                (
                    "via",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joined",
                        to="tickets.helper",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="helpers",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["ticket", "id"], name="helper_of_ticket"),
                    models.Index(condition=models.Q(("ended_at", None)), fields=["person"], name="helper_asked"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", False), ("team", None), ("tier", None)),
                            models.Q(("person", None), ("team__isnull", False), ("tier", None)),
                            models.Q(("person", None), ("team", None), ("tier__isnull", False)),
                            _connector="OR",
                        ),
                        name="one_is_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", False),
                            models.Q(("joined_at", None), ("minutes", 0), ("via", None)),
                            _connector="OR",
                        ),
                        name="only_people_help",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_why", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_why", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="an_ended_invitation_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("ticket", "person", "team", "tier"),
                        name="one_open_invitation_each",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
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
                ("body", models.TextField(blank=True)),
                ("data", models.JSONField(blank=True, default=dict)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "ticket", "mode"), name="one_draft_per_person_ticket_mode", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField()),
                (
                    "attachments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("then", models.CharField(blank=True, max_length=20)),
                ("dedupe_key", models.CharField(max_length=120, unique=True)),
                ("created_at", models.DateTimeField()),
                ("leaves_at", models.DateTimeField(db_index=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChecklistStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checklist", models.CharField(max_length=120)),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.checklisttemplate",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ("checklist", "position"),
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "checklist", "position"), name="one_step_per_place"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_step_done_says_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=200, upload_to=tickets.models.conversation.storage_name)),
                ("name", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField()),
                ("content_type", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="tickets.message",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("ticket__isnull", True)), fields=["created_at"], name="attachment_unbound"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("times", models.PositiveIntegerField()),
                (
                    "trigrams",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), size=None),
                ),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["trigrams"], name="searchword_trigrams")],
            },
        ),
        migrations.CreateModel(
            name="Snooze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField()),
                ("woken_at", models.DateTimeField(null=True)),
                (
                    "woken_by",
                    models.CharField(
                        blank=True,
                        choices=[("time", "Time"), ("answer", "Answer"), ("priority", "Priority")],
                        max_length=10,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="snoozes",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="snoozes", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("woken_at__isnull", True)), fields=["until"], name="snooze_due")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "user"), name="one_snooze_per_person_and_ticket"),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("created_at"))), name="snooze_ends_later"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="one_submission_per_user_and_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("due_at", models.DateTimeField(null=True, verbose_name="due")),
                ("remind_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "assignee",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "done_by",
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
                        related_name="tasks",
                        to="accounts.team",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["ticket", "id"], name="task_of_ticket"),
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["assignee", "due_at"],
                        name="task_open_assignee",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("done_at__isnull", True), ("remind_at__isnull", False), ("reminded_at__isnull", True)
                        ),
                        fields=["remind_at"],
                        name="task_to_remind",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="a_task_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("assignee", None), ("team", None), _connector="OR"),
                        name="a_task_is_for_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_task_done_says_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=30)),
                ("at", models.DateTimeField()),
                ("changes", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("data", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("depth", models.PositiveSmallIntegerField(default=0)),
                ("is_public", models.BooleanField(default=False)),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cause",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="effects",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [models.Index(fields=["ticket", "id"], name="event_of_ticket")],
            },
        ),
        migrations.CreateModel(
            name="BulkStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("left", "Left"),
                            ("undoing", "Undoing"),
                            ("undone", "Undone"),
                            ("kept", "Kept"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="tickets.bulkrun",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["run", "state", "id"], name="bulk_step_next")],
                "constraints": [models.UniqueConstraint(fields=("run", "ticket"), name="one_bulk_step_per_ticket")],
            },
        ),
        migrations.CreateModel(
            name="TicketLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("duplicate_of", "Duplicate of"),
                            ("caused_by", "Caused by"),
                            ("relates_to", "Related to"),
                            ("child_of", "Child of"),
                            ("split_from", "Split from"),
                            ("merged_into", "Merged into"),
                        ],
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField()),
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
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.message",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="linked_from",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [models.Index(fields=["target", "kind"], name="link_to_ticket")],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "target", "kind"), name="one_link_a_pair_and_kind"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "child_of")), fields=("source",), name="one_parent"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "merged_into")), fields=("source",), name="merged_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True), name="no_link_to_itself"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("message", None), ("kind", "split_from"), _connector="OR"),
                        name="only_a_split_has_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TimeEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes")),
                (
                    "kind",
                    models.CharField(
                        choices=[("work", "Work on the ticket"), ("travel", "Travel"), ("meeting", "Talk and meeting")],
                        default="work",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField()),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="tickets.timeentry",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="time_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="time_entries", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ("day", "id"),
                "indexes": [models.Index(fields=["day", "person"], name="time_by_day")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("minutes__lte", 1440)), name="time_fits_into_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gt", 0), ("corrects__isnull", False), _connector="OR"),
                        name="only_a_correction_is_empty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Watcher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="watchers", to="tickets.ticket"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watching",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "user"), name="one_watch_per_user_and_ticket")
                ],
            },
        ),
        migrations.RunSQL(REFUSE),
        migrations.RunSQL(FIRST_NUMBER),
        migrations.RunPython(create, migrations.RunPython.noop),
    ]
