from django.db import migrations, models

from leeward.foundation.audit.keys import RandomKey


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="OpenVisit",
            fields=[
                ("id", RandomKey(serialize=False)),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("ends_on", models.DateField(db_index=True)),
            ],
        ),
    ]
