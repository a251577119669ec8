"""Days from and until which a text holds, a day on which somebody looks at a page again, and print runs."""

import datetime
import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def in_a_year() -> datetime.date:
    """When the pages that are there already are looked at again."""
    return timezone.now().date() + datetime.timedelta(days=365)


class Migration(migrations.Migration):
    dependencies = [("pages", "0003_pictures")]

    operations = [
        migrations.AddField(model_name="draft", name="from_on", field=models.DateField(null=True)),
        migrations.AddField(model_name="draft", name="until_on", field=models.DateField(null=True)),
        migrations.AddField(model_name="pageedition", name="from_on", field=models.DateField(null=True)),
        migrations.AddField(model_name="pageedition", name="until_on", field=models.DateField(null=True)),
        migrations.AddField(model_name="sheet", name="from_on", field=models.DateField(null=True)),
        migrations.AddField(model_name="sheet", name="until_on", field=models.DateField(null=True)),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_on", None), ("until_on", None), ("from_on__lte", models.F("until_on")), _connector="OR"
                ),
                name="pages_draft_days",
            ),
        ),
        migrations.AddField(
            model_name="page",
            name="review_on",
            field=models.DateField(db_index=True, default=in_a_year),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="PrintRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("form", models.CharField(max_length=12)),
                ("copies", models.PositiveIntegerField()),
                ("location", models.CharField(max_length=200)),
                ("printed_on", models.DateField()),
                ("made_by", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(null=True)),
                ("replaced_by", models.CharField(blank=True, max_length=64)),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="pages.sheet"
                    ),
                ),
            ],
            options={
                "ordering": ["-printed_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ["leaflet", "poster", "card"])), name="pages_run_form"
                    ),
                    models.CheckConstraint(condition=models.Q(("copies__gte", 1)), name="pages_run_copies"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("replaced_at", None), ("replaced_by", "")),
                            models.Q(("replaced_at__isnull", False), models.Q(("replaced_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="pages_run_replaced_whole",
                    ),
                ],
            },
        ),
    ]
