"""Single keys people chose, and an index for finding a caller by the number while it is typed."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_search_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="keys",
            field=models.JSONField(blank=True, default=dict, verbose_name="single keys"),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
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
        ),
    ]
