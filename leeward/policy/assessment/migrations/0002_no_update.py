"""Makes the database refuse to change an answer or a step of a round."""

from django.db import migrations

from leeward.foundation.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]

    operations = [
        AppendOnly(name, "What was answered stays: add the new answer.", verbs=("UPDATE",))
        for name in ("Score", "RoundEvent")
    ]
