"""Indexes for finding people by name, address and job, and by the end of a telephone number."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_languages_people_speak")]

    operations = [
        migrations.AddIndex(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("name", "email", "job_title", config="simple"),
                name="user_words",
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
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
        ),
    ]
