"""Makes the database refuse to change what was gathered, printed, corrected or released."""

from django.db import migrations

from leeward.foundation.audit.append_only import AppendOnly

REFUSAL = "Statistics are never changed: a later number is a further row."


class Migration(migrations.Migration):
    dependencies = [("statistics", "0001_initial")]

    operations = [
        *(
            AppendOnly(name, REFUSAL, verbs=("UPDATE",))
            for name in ("Fact", "Printing", "Behind", "Correction", "ReleaseFile")
        ),
        # A release may be changed while it is a draft.
        AppendOnly("Release", REFUSAL, verbs=("UPDATE",), final_once="released_at"),
    ]
