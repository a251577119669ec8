"""Makes the database refuse to change or delete a line of the history."""

from django.db import migrations

from leeward.foundation.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("editing", "0001_initial")]

    operations = [
        AppendOnly("Change", "The history of an entry is never changed: write what is true now as a new line.")
    ]
