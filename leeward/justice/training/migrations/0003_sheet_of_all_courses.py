"""A sheet without a course is of all courses together: one a week."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("training", "0002_mailed_links")]

    operations = [
        migrations.AlterField(
            "coveragesheet",
            "course",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sheets",
                to="training.course",
            ),
        ),
        migrations.AddConstraint(
            "coveragesheet",
            models.UniqueConstraint(
                condition=Q(course__isnull=True), fields=("week_on",), name="training_sheet_of_all_once"
            ),
        ),
    ]
