"""Makes the database refuse to change or delete how an action stood."""

from django.db import migrations

from leeward.foundation.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("strategy", "0001_initial")]

    operations = [
        AppendOnly("StatusEntry", "How an action stood is never changed: write what is true now as a new line.")
    ]
