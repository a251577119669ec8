"""Makes the database itself refuse to change or delete a line of the audit trail."""

from django.db import migrations

from leeward.foundation.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        AppendOnly(
            "AuditEvent",
            "The audit trail is append-only.",
            verbs=("UPDATE", "DELETE", "TRUNCATE"),
            # A line is changed once, from unsealed to sealed, and by then nothing but the seal may change.
            final_once="sequence",
            until_then=("sequence", "previous_hash", "hash"),
        ),
    ]
