"""Moves what a person and the desk write each other to their file: a thread like the helpline's, each row as it was.

Their words stay sealed with the story's key, and a thread that shares the reference of its file says so. The first time
that somebody opens the report, `give_own_key` seals them anew.
"""

import django.db.models.deletion
from django.db import migrations, models

THREADS = """
INSERT INTO file_thread (id, reference, file_id, team, opened_at)
SELECT id, reference, file_id, 'desk', filed_at FROM removals_report WHERE filed_at IS NOT NULL
"""
MESSAGES = """
INSERT INTO file_message (id, reference, thread_id, side, at, "by", words, read_at, ordinal)
SELECT id, reference, report_id, CASE side WHEN 'desk' THEN 'team' ELSE side END, at, "by", words, read_at, ordinal
FROM removals_message
"""

OTHERS = "UPDATE removals_report SET is_for_another = TRUE WHERE path = 'found'"


def settle(_apps, editor):
    """Check the new keys now: PostgreSQL changes no table on which a check still waits."""
    editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [("removals", "0003_desks"), ("file", "0004_needs")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="thread",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="report", to="file.thread"
            ),
        ),
        migrations.AddField(model_name="report", name="is_for_another", field=models.BooleanField(default=False)),
        migrations.RunSQL(
            [THREADS, "UPDATE removals_report SET thread_id = id WHERE filed_at IS NOT NULL", MESSAGES, OTHERS]
        ),
        migrations.RunPython(settle),
        migrations.DeleteModel(name="Message"),
        migrations.AddField(model_name="report", name="stopped_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stopped_at__isnull", True),
                    models.Q(("attention_at__isnull", True), ("state", "closed")),
                    _connector="OR",
                ),
                name="removals_report_stopped_is_closed",
            ),
        ),
    ]
