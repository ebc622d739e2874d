import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_automation_user_and_tiers"),
        ("escalation", "0002_default_promise"),
        ("tickets", "0003_priority_matrix"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("definition", models.JSONField(verbose_name="definition")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what changed")),
                ("created_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("-number",),
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
            ],
            options={
                "ordering": ("-number",),
            },
        ),
        migrations.AddField(
            model_name="clock",
            name="counted",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="clock",
            name="cycle",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="clock",
            name="fired",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="clock",
            name="is_dropped",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="clock",
            name="life",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="clock",
            name="misses",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="clock",
            name="next_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="clock",
            name="next_step",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="clock",
            name="team",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.AddField(
            model_name="clock",
            name="tier",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="milestone",
            name="cycle",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="milestone",
            name="is_late",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="milestone",
            name="outcome",
            field=models.CharField(
                choices=[("done", "done"), ("skipped", "no longer needed")], default="done", max_length=8
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="step",
            field=models.CharField(default="breach", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="slapolicy",
            name="broken",
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name="why it is skipped"),
        ),
        migrations.AddField(
            model_name="slapolicy",
            name="broken_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="slapolicy",
            name="is_default",
            field=models.BooleanField(default=False, verbose_name="for tickets no other policy fits"),
        ),
        migrations.AddField(
            model_name="slapolicy",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                help_text="Is told when the policy cannot be used.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="owner",
            ),
        ),
        migrations.AddField(
            model_name="calendarversion",
            name="author",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="calendarversion",
            name="calendar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="escalation.businesscalendar"
            ),
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
        migrations.AddField(
            model_name="clock",
            name="calendar_version",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="escalation.calendarversion",
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="author",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="calendar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="escalation.businesscalendar"
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="escalation.slapolicy"
            ),
        ),
        migrations.AddField(
            model_name="clock",
            name="policy_version",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="escalation.policyversion",
            ),
        ),
        migrations.AddField(
            model_name="slapolicy",
            name="current",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="escalation.policyversion",
            ),
        ),
    ]
