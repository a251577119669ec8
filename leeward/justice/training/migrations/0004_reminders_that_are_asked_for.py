"""A manager asks the notifier to remind somebody ahead of the series."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0003_sheet_of_all_courses")]

    operations = [migrations.AddField("learner", "reminder_wanted_at", models.DateTimeField(null=True))]
