"""The reason of a hold becomes a sealed column. Rows that are there keep theirs until a sweep seals it: it needs the
public keys of the record's teams, which a migration does not know.
"""

from django.db import migrations

import leeward.foundation.vault.fields


class Migration(migrations.Migration):
    dependencies = [("holds", "0001_initial")]

    operations = [
        migrations.RenameField(model_name="hold", old_name="public_id", new_name="reference"),
        migrations.AlterField(
            model_name="hold",
            name="reason",
            field=leeward.foundation.vault.fields.SealedField(blank=True, compartment="casework", default=""),
        ),
        migrations.AlterField(
            model_name="hold",
            name="lift_reason",
            field=leeward.foundation.vault.fields.SealedField(blank=True, compartment="casework", default=""),
        ),
    ]
