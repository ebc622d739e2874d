"""An index for finding assets by tag, name and kind."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_vendors")]

    operations = [
        migrations.AddIndex(
            model_name="asset",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("tag", "name", "kind", config="simple"),
                name="asset_words",
            ),
        ),
    ]
