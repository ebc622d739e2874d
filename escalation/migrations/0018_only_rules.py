from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0017_rules_from_routing")]

    operations = [
        migrations.RemoveField(
            model_name="routingrule",
            name="assignee",
        ),
        migrations.RemoveField(
            model_name="routingrule",
            name="team",
        ),
        migrations.DeleteModel(
            name="RoutingDecision",
        ),
        migrations.DeleteModel(
            name="RoutingRule",
        ),
        migrations.AddConstraint(
            model_name="rulerun",
            constraint=models.UniqueConstraint(fields=("event", "rule"), name="a_rule_runs_once_per_event"),
        ),
    ]
