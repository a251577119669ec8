from django.db import migrations, models

from leeward.foundation.random_key import RandomKey


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="OpenVisit",
            fields=[
                ("id", RandomKey()),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("ends_on", models.DateField(db_index=True)),
            ],
        ),
    ]
