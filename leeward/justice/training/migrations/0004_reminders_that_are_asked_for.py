"""A manager asks the notifier to remind somebody ahead of the series; the outbox knows what became of a reminder."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0003_sheet_of_all_courses")]

    operations = [
        migrations.AddField("learner", "reminder_wanted_at", models.DateTimeField(null=True)),
        migrations.AddField("learner", "reminder", models.UUIDField(null=True)),
    ]
