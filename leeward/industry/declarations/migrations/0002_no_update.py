"""Makes the database refuse to change a published version of the declaration."""

from django.db import migrations

from leeward.foundation.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("declarations", "0001_initial")]

    operations = [
        AppendOnly(
            "PublishedVersion",
            "A version of the declaration is never changed: publish the next one.",
            verbs=("UPDATE",),
        ),
    ]
