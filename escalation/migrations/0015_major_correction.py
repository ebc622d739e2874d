from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0014_bug_of_a_team")]

    operations = [
        migrations.AlterField(
            model_name="majorevent",
            name="kind",
            field=models.CharField(
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
    ]
