from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outboxmessage",
            name="address",
            field=models.CharField(blank=True, max_length=2000),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="channel",
            field=models.CharField(
                choices=[("email", "Email"), ("in_app", "In the app"), ("webhook", "Webhook")], max_length=10
            ),
        ),
    ]
