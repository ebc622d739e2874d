"""Everything up to 0009_single_keys_and_phone_numbers at once, for a new database. One that has them only notes it."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AUTOMATION_EMAIL = "automation@tuntas.invalid"
TIERS = (1, "Level I"), (2, "Level II"), (3, "Level III")


def create(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("accounts", "User").objects.create(
        email=AUTOMATION_EMAIL,
        name="Tuntas",
        is_automation=True,
        language="en",
        password="!",  # noqa: S106
    )
    for level, name in TIERS:
        apps.get_model("accounts", "Tier").objects.create(level=level, name=name, name_id=name)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_automation_user_and_tiers"),
        ("accounts", "0003_roster"),
        ("accounts", "0004_skills_and_training"),
        ("accounts", "0005_department_managers"),
        ("accounts", "0006_rotas_follow_each_other"),
        ("accounts", "0007_languages_people_speak"),
        ("accounts", "0008_search_people"),
        ("accounts", "0009_single_keys_and_phone_numbers"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                ("city", models.CharField(max_length=80, verbose_name="city")),
                ("time_zone", models.CharField(default="Asia/Jakarta", max_length=64, verbose_name="time zone")),
            ],
        ),
        migrations.CreateModel(
            name="Tier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_id", models.CharField(blank=True, max_length=120, verbose_name="name in Indonesian")),
                ("level", models.PositiveSmallIntegerField(unique=True, verbose_name="level")),
            ],
            options={
                "ordering": ("level",),
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="email")),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("id", "Bahasa Indonesia")],
                        default="id",
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                (
                    "speaks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("en", "English"), ("id", "Bahasa Indonesia")], max_length=5
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="also speaks",
                    ),
                ),
                ("time_zone", models.CharField(default="Asia/Jakarta", max_length=64, verbose_name="time zone")),
                ("job_title", models.CharField(blank=True, max_length=120, verbose_name="job title")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("is_vip", models.BooleanField(default=False, verbose_name="VIP")),
                (
                    "is_manager",
                    models.BooleanField(
                        default=False, help_text="Sees every ticket and the dashboard.", verbose_name="incident manager"
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False, help_text="May use the administration pages.", verbose_name="operator"
                    ),
                ),
                ("is_automation", models.BooleanField(default=False, verbose_name="automation")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("keys", models.JSONField(blank=True, default=dict, verbose_name="single keys")),
                ("date_joined", models.DateTimeField(auto_now_add=True, verbose_name="joined")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("name", "email", "job_title", config="simple"),
                        name="user_words",
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Reverse(
                                models.Func(
                                    models.F("phone"),
                                    models.Value("\\D"),
                                    models.Value(""),
                                    models.Value("g"),
                                    function="regexp_replace",
                                )
                            ),
                            name="text_pattern_ops",
                        ),
                        name="user_phone_from_the_end",
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            models.Func(
                                models.Func(
                                    models.F("phone"),
                                    models.Value("\\D"),
                                    models.Value(""),
                                    models.Value("g"),
                                    function="regexp_replace",
                                ),
                                models.Value("^(00)?(62)?0*"),
                                models.Value(""),
                                function="regexp_replace",
                            ),
                            name="text_pattern_ops",
                        ),
                        name="user_phone_in_country",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="user_email_unique_in_any_case"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="user_email_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("speaks__contained_by", ["en", "id"])), name="user_speaks_known_languages"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("prefix", models.CharField(max_length=12)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                ("last_used_at", models.DateTimeField(blank=True, null=True, verbose_name="last used")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                (
                    "manager",
                    models.ForeignKey(
                        blank=True,
                        help_text="Is called when a team of this department needs somebody with more say.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="manager",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="department",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="accounts.department"
            ),
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("agent", "Agent"), ("lead", "Team lead")],
                        default="agent",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="site",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="accounts.site"
            ),
        ),
        migrations.CreateModel(
            name="Skill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_id", models.CharField(blank=True, max_length=120, verbose_name="name in Indonesian")),
                ("needs_certificate", models.BooleanField(default=False, verbose_name="needs a certificate")),
            ],
            options={
                "ordering": ("name",),
                "constraints": [models.UniqueConstraint(fields=("name",), name="one_skill_of_a_name")],
            },
        ),
        migrations.CreateModel(
            name="PersonSkill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "learning"), (2, "works alone"), (3, "experienced"), (4, "teaches others")],
                        verbose_name="level",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="skills", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="people", to="accounts.skill"
                    ),
                ),
            ],
            options={
                "ordering": ("skill__name",),
                "constraints": [
                    models.UniqueConstraint(fields=("person", "skill"), name="one_level_per_person_and_skill"),
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1), ("level__lte", 4)), name="skill_level_is_1_to_4"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("issued_on", models.DateField(verbose_name="issued on")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="certificates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="certificates",
                        to="accounts.skill",
                        verbose_name="skill",
                    ),
                ),
            ],
            options={
                "ordering": ("expires_on", "name"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on__isnull", True), ("expires_on__gt", models.F("issued_on")), _connector="OR"
                        ),
                        name="certificate_expires_after_it_is_issued",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_id", models.CharField(blank=True, max_length=120, verbose_name="name in Indonesian")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email")),
                (
                    "is_restricted",
                    models.BooleanField(
                        default=False, help_text="Only members see this team's tickets.", verbose_name="restricted"
                    ),
                ),
                ("time_zone", models.CharField(default="Asia/Jakarta", max_length=64, verbose_name="time zone")),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="teams",
                        to="accounts.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        related_name="teams", through="accounts.Membership", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "tier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="teams", to="accounts.tier"
                    ),
                ),
            ],
            options={
                "ordering": ("tier__level", "name"),
            },
        ),
        migrations.CreateModel(
            name="Swap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateTimeField(verbose_name="from")),
                ("end", models.DateTimeField(verbose_name="until")),
                ("kind", models.CharField(choices=[("shift", "Shift"), ("on_call", "On call")], max_length=10)),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for the colleague"),
                            ("agreed", "Waits for the team lead"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                            ("undone", "Undone"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "asker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="swaps_asked",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "colleague",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="swaps_offered",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="swaps", to="accounts.team"
                    ),
                ),
            ],
            options={
                "ordering": ("start", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="swap_ends_after_it_starts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asker", models.F("colleague")), _negated=True),
                        name="swap_is_with_somebody_else",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "agreed"))),
                        fields=("team", "kind", "asker", "start"),
                        name="one_open_swap_per_duty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SingleShift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("start", models.DateTimeField(verbose_name="from")),
                ("end", models.DateTimeField(verbose_name="until")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="single_shifts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="single_shifts", to="accounts.team"
                    ),
                ),
            ],
            options={
                "ordering": ("start", "pk"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="singleshift_ends_after_it_starts"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rota",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(28),
                        ],
                        verbose_name="days in a turn",
                    ),
                ),
                ("first_day", models.DateField(verbose_name="first day")),
                ("hand_over", models.TimeField(verbose_name="handed over at")),
                ("begins", models.DateTimeField(blank=True, null=True)),
                ("ends", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rotas", to="accounts.team"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("days__lte", 28)), name="rota_turn_is_of_days"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OnCallOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("start", models.DateTimeField(verbose_name="from")),
                ("end", models.DateTimeField(verbose_name="until")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="overrides",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="overrides", to="accounts.team"
                    ),
                ),
            ],
            options={
                "ordering": ("start", "pk"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="oncalloverride_ends_after_it_starts"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="membership",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="accounts.team"
            ),
        ),
        migrations.CreateModel(
            name="FeedToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("prefix", models.CharField(max_length=12)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feed_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="TrainingSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=120, verbose_name="topic")),
                (
                    "raises_to",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "learning"), (2, "works alone"), (3, "experienced"), (4, "teaches others")],
                        null=True,
                        verbose_name="raises to level",
                    ),
                ),
                ("start", models.DateTimeField(verbose_name="from")),
                ("end", models.DateTimeField(verbose_name="until")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                ("trainer", models.CharField(blank=True, max_length=120, verbose_name="trainer")),
                (
                    "seats",
                    models.PositiveSmallIntegerField(
                        default=8,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(500),
                        ],
                        verbose_name="seats",
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sessions",
                        to="accounts.skill",
                        verbose_name="skill",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="training_sessions",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "ordering": ("start", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="training_ends_after_it_starts"
                    ),
                    models.CheckConstraint(condition=models.Q(("seats__gte", 1)), name="training_has_seats"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("raises_to__isnull", True),
                            models.Q(("raises_to__gte", 1), ("raises_to__lte", 4)),
                            _connector="OR",
                        ),
                        name="training_raises_to_1_to_4",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_id", models.CharField(blank=True, max_length=120, verbose_name="name in Indonesian")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("handed_back", "Packets came back for missing information"),
                            ("wrong_team", "Packets went to the wrong team"),
                            ("known_fix", "What was escalated had a known fix"),
                            ("expired", "A certificate has expired"),
                            ("by_hand", "Entered by hand"),
                        ],
                        max_length=12,
                    ),
                ),
                ("evidence", models.JSONField(blank=True, default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("planned", "Planned"), ("met", "Met"), ("dismissed", "Dismissed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decision", models.CharField(blank=True, max_length=300)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("raised_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="training_needs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.skill",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="training_needs",
                        to="accounts.team",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="needs",
                        to="accounts.trainingsession",
                    ),
                ),
            ],
            options={
                "ordering": ("-raised_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person__isnull", True), ("team__isnull", True), _connector="XOR"),
                        name="training_need_is_somebodys",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False), ("state__in", ("open", "planned"))),
                        fields=("person", "reason", "name"),
                        name="one_open_need_per_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("open", "planned")), ("team__isnull", False)),
                        fields=("team", "reason", "name"),
                        name="one_open_need_per_team",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("invited", "Invited"), ("attended", "Was there"), ("missed", "Missed")],
                        default="invited",
                        max_length=10,
                    ),
                ),
                ("marked_at", models.DateTimeField(blank=True, null=True)),
                ("raised_from", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("raised_to", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="accounts.trainingsession",
                    ),
                ),
            ],
            options={
                "ordering": ("person__name",),
                "constraints": [
                    models.UniqueConstraint(fields=("session", "person"), name="one_seat_per_person_and_session")
                ],
            },
        ),
        migrations.CreateModel(
            name="WantedCover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
                            choices=[
                                (0, "Monday"),
                                (1, "Tuesday"),
                                (2, "Wednesday"),
                                (3, "Thursday"),
                                (4, "Friday"),
                                (5, "Saturday"),
                                (6, "Sunday"),
                            ]
                        ),
                        size=7,
                        verbose_name="weekdays",
                    ),
                ),
                ("start", models.TimeField(verbose_name="from")),
                ("end", models.TimeField(verbose_name="until")),
                (
                    "people",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50),
                        ],
                        verbose_name="people",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wanted_cover", to="accounts.team"
                    ),
                ),
            ],
            options={
                "ordering": ("start", "pk"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("people__gte", 1)), name="wanted_cover_is_of_somebody"),
                    models.CheckConstraint(condition=models.Q(("weekdays__len__gt", 0)), name="wanted_cover_has_a_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WeeklyShift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
                            choices=[
                                (0, "Monday"),
                                (1, "Tuesday"),
                                (2, "Wednesday"),
                                (3, "Thursday"),
                                (4, "Friday"),
                                (5, "Saturday"),
                                (6, "Sunday"),
                            ]
                        ),
                        size=7,
                        verbose_name="weekdays",
                    ),
                ),
                ("start", models.TimeField(verbose_name="from")),
                ("end", models.TimeField(verbose_name="until")),
                ("valid_from", models.DateField(verbose_name="first day")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="weekly_shifts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="weekly_shifts", to="accounts.team"
                    ),
                ),
            ],
            options={
                "ordering": ("start", "person__name", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="weekly_shift_ends_after_it_starts",
                    ),
                    models.CheckConstraint(condition=models.Q(("weekdays__len__gt", 0)), name="weekly_shift_has_a_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("start", models.DateTimeField(verbose_name="from")),
                ("end", models.DateTimeField(verbose_name="until")),
                (
                    "kind",
                    models.CharField(
                        choices=[("leave", "Leave"), ("sick", "Sick"), ("training", "Training"), ("other", "Other")],
                        default="leave",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="Only the team reads it.", max_length=200, verbose_name="note"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "ordering": ("start", "pk"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="absence_ends_after_it_starts"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificateReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days_before", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="accounts.certificate"
                    ),
                ),
            ],
            options={
                "ordering": ("due_on",),
                "indexes": [
                    models.Index(condition=models.Q(("told_at__isnull", True)), fields=["due_on"], name="reminder_due")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("certificate", "days_before"), name="one_reminder_per_certificate_and_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RotaTurn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rota_turns",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="turns", to="accounts.rota"
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "constraints": [
                    models.UniqueConstraint(fields=("rota", "position"), name="one_person_per_place_in_a_rota"),
                    models.UniqueConstraint(fields=("rota", "person"), name="one_place_per_person_in_a_rota"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("user", "team"), name="one_membership_per_user_and_team"),
        ),
        migrations.RunPython(create, migrations.RunPython.noop),
    ]
