import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0002_machines_and_triggers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Package",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField()),
                ("title", models.JSONField(default=dict)),
                ("units", models.PositiveSmallIntegerField()),
                ("unit", models.CharField(blank=True, max_length=500)),
                ("move_on", models.CharField(blank=True, max_length=20)),
                ("mastery", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("content", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=64)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packages", to="training.course"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("unit", ""), _negated=True),
                        fields=("unit",),
                        name="training_package_unit_once",
                    )
                ],
            },
        ),
    ]
