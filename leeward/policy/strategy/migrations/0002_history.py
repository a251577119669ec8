"""Makes the database refuse to change or delete the history of the strategy."""

from django.db import migrations

from leeward.foundation.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("strategy", "0001_initial")]

    operations = [
        AppendOnly(name, "The history of the strategy is never changed: write what is true now as a new line.")
        for name in ("Change", "StatusEntry")
    ]
