import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0004_first_versions")]

    operations = [
        migrations.RemoveField(
            model_name="holiday",
            name="calendar",
        ),
        migrations.RemoveField(
            model_name="slatarget",
            name="policy",
        ),
        migrations.AlterModelOptions(
            name="businesscalendar",
            options={"ordering": ("name",)},
        ),
        migrations.RemoveConstraint(
            model_name="clock",
            name="one_clock_per_ticket_and_metric",
        ),
        migrations.RemoveConstraint(
            model_name="milestone",
            name="one_milestone_per_clock_and_kind",
        ),
        migrations.RemoveIndex(
            model_name="milestone",
            name="milestone_due",
        ),
        migrations.RenameField(
            model_name="clock",
            old_name="breached_at",
            new_name="missed_at",
        ),
        migrations.RemoveField(
            model_name="businesscalendar",
            name="time_zone",
        ),
        migrations.RemoveField(
            model_name="businesscalendar",
            name="version",
        ),
        migrations.RemoveField(
            model_name="businesscalendar",
            name="weekly",
        ),
        migrations.RemoveField(
            model_name="clock",
            name="calendar",
        ),
        migrations.RemoveField(
            model_name="clock",
            name="counted_seconds",
        ),
        migrations.RemoveField(
            model_name="clock",
            name="policy",
        ),
        migrations.RemoveField(
            model_name="milestone",
            name="kind",
        ),
        migrations.RemoveField(
            model_name="slapolicy",
            name="breach_step",
        ),
        migrations.RemoveField(
            model_name="slapolicy",
            name="calendar",
        ),
        migrations.RemoveField(
            model_name="slapolicy",
            name="conditions",
        ),
        migrations.AlterField(
            model_name="clock",
            name="metric",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="clock",
            name="target_seconds",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="clock",
            name="ticket",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="tickets.ticket"
            ),
        ),
        migrations.AlterField(
            model_name="milestone",
            name="clock",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="milestones",
                to="escalation.clock",
            ),
        ),
        migrations.AlterField(
            model_name="milestone",
            name="fired_at",
            field=models.DateTimeField(),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(
                fields=("clock", "cycle", "step", "due_at"), name="one_milestone_per_clock_step_and_due"
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)), fields=["next_at", "id"], name="clock_next"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                fields=("ticket", "metric", "life"), name="one_clock_per_ticket_metric_and_life"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_at__isnull", True), ("state", "running"), _connector="OR"),
                name="only_a_running_clock_has_a_milestone",
            ),
        ),
        migrations.AddConstraint(
            model_name="slapolicy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)), fields=("is_default",), name="one_default_policy"
            ),
        ),
        migrations.DeleteModel(
            name="Holiday",
        ),
        migrations.DeleteModel(
            name="SlaTarget",
        ),
        migrations.AddConstraint(
            model_name="calendarversion",
            constraint=models.UniqueConstraint(fields=("calendar", "number"), name="one_calendar_version_per_number"),
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.UniqueConstraint(fields=("policy", "number"), name="one_policy_version_per_number"),
        ),
        migrations.AlterField(
            model_name="clock",
            name="calendar_version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="escalation.calendarversion",
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="policy_version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="escalation.policyversion",
            ),
        ),
        migrations.AlterField(
            model_name="milestone",
            name="step",
            field=models.CharField(max_length=40),
        ),
    ]
