"""Each link of a learner names the mailbox to which it went; those that are there went to the one on record."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_mailboxes(apps: Any, _editor: Any) -> None:
    """Write the index of each learner's mailbox into the links of theirs."""
    link, learner = apps.get_model("training", "LearnerLink"), apps.get_model("training", "Learner")
    whose = learner.objects.filter(pk=OuterRef("learner")).values("mailbox_index")
    link.objects.update(sent_to=Subquery(whose))


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]

    operations = [
        migrations.AddField("learnerlink", "sent_to", models.CharField(default="", max_length=64)),
        migrations.RunPython(name_mailboxes, migrations.RunPython.noop, elidable=True),
    ]
