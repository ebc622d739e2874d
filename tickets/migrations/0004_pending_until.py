from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """When a wait is over by itself. The check holds for new rows at once; 0005 reads the old ones without a long lock."""

    dependencies = [("tickets", "0003_priority_matrix")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="pending_until",
            field=models.DateTimeField(null=True),
        ),
        AddConstraintNotValid(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "pending"), ("pending_until__isnull", True), _connector="OR"),
                name="ticket_until_only_while_waiting",
            ),
        ),
    ]
