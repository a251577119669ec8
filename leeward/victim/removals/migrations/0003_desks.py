"""Moves what any desk keeps of its people to the foundation: exposure and shift notes, each row as it was."""

from django.db import migrations

EXPOSURES = "INSERT INTO work_exposure (staff, day, opened) SELECT staff, day, opened FROM removals_exposure"
NOTES = """
INSERT INTO work_shiftnote (reference, team, at, by, words)
SELECT reference, 'desk', at, by, words FROM removals_shiftnote ORDER BY id
"""


class Migration(migrations.Migration):
    dependencies = [("removals", "0002_files"), ("work", "0002_desks")]

    operations = [
        migrations.RunSQL([EXPOSURES, NOTES]),
        migrations.DeleteModel(name="Exposure"),
        migrations.DeleteModel(name="ShiftNote"),
    ]
