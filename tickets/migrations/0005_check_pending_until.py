from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_pending_until")]

    operations = [ValidateConstraint(model_name="ticket", name="ticket_until_only_while_waiting")]
