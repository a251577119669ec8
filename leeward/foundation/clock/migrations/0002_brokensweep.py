from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("clock", "0001_initial")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="BrokenSweep",
            fields=[
                ("word", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("error", models.CharField(max_length=100)),
                ("since", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=1)),
            ],
        ),
    ]
