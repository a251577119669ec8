"""Moves what is a person's own out of their report: their story, how to reach them, and the neutral messages."""

import django.db.models.deletion
from django.db import migrations, models

FILES = """
INSERT INTO file_file (id, reference, language, victim_key_id, victim_public_key, story, contact, expires_on)
SELECT id, reference, language, victim_key_id, victim_public_key, story, contact, expires_on FROM removals_report
"""
SAFE_WAYS = """
INSERT INTO file_safeway (id, file_id, reference, sealed, news_at, look_at, told_at, parcel, misses, stopped_at)
SELECT id, report_id, reference, sealed, news_at, look_at, told_at, parcel, misses, stopped_at FROM removals_safeway
"""


def settle(_apps, editor):
    """Check the new keys now: PostgreSQL changes no table on which a check still waits."""
    editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [("removals", "0001_initial"), ("file", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="file",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="report", to="file.file"
            ),
        ),
        migrations.RunSQL([FILES, "UPDATE removals_report SET file_id = id", SAFE_WAYS]),
        migrations.RunPython(settle),
        migrations.AlterField(
            model_name="report",
            name="file",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="report", to="file.file"
            ),
        ),
        migrations.RemoveField(model_name="report", name="language"),
        migrations.RemoveField(model_name="report", name="victim_key_id"),
        migrations.RemoveField(model_name="report", name="victim_public_key"),
        migrations.RemoveField(model_name="report", name="story"),
        migrations.RemoveField(model_name="report", name="contact"),
        migrations.RemoveField(model_name="report", name="expires_on"),
        migrations.DeleteModel(name="SafeWay"),
    ]
