"""Let two people publish a year. What one person printed before stays as it was, and says so."""

import hashlib
import json
from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from leeward.foundation.audit.append_only import Lifted
from leeward.foundation.editions.signed import frozen

REFUSAL = "What was printed is never changed: print it again."
# Instead of a second person's reference, where there was none.
ALONE = "one-person"
SIGNED = ("year", "revision", "cells", "counts", "about", "missing", "methods", "lists", "reason")


def tell_who_printed(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give what was printed the day on which it was published, and the digest of its numbers."""
    for row in apps.get_model("outcomes", "Printing").objects.all():
        content = {name: getattr(row, name) for name in SIGNED} | {"as_of": row.as_of.isoformat()}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        row.signed_at, row.signed_by = row.drafted_at, ALONE
        row.sha256 = hashlib.sha256(text.encode()).hexdigest()
        row.save()


def _text(most: int, *, blank: bool = False) -> models.Field:
    """A column of text that is empty in the rows that exist."""
    return models.CharField(blank=blank, default="", max_length=most)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("outcomes", "0002_quarters_in_plain_sql")]

    operations: ClassVar = [
        Lifted("Printing", REFUSAL, verbs=("UPDATE", "DELETE")),
        migrations.RenameField("printing", "printed_at", "drafted_at"),
        migrations.RenameField("printing", "printed_by", "drafted_by"),
        migrations.AddField("printing", "signed_at", models.DateTimeField(null=True)),
        migrations.AddField("printing", "signed_by", _text(64, blank=True), preserve_default=False),
        migrations.AddField("printing", "sha256", _text(64), preserve_default=False),
        migrations.AddField("printing", "discarded_at", models.DateTimeField(null=True)),
        migrations.AddField("printing", "discarded_by", _text(64, blank=True), preserve_default=False),
        migrations.AddField("printing", "discarded_why", _text(500, blank=True), preserve_default=False),
        migrations.RunPython(tell_who_printed, migrations.RunPython.noop),
        migrations.RemoveConstraint("printing", "outcomes_printing_revision"),
        migrations.AddConstraint(
            "printing",
            models.UniqueConstraint(
                condition=models.Q(discarded_at__isnull=True),
                fields=("year", "revision"),
                name="outcomes_printing_revision",
            ),
        ),
        migrations.AddConstraint(
            "printing",
            models.CheckConstraint(
                condition=models.Q(discarded_at__isnull=True, discarded_by="", discarded_why="")
                | (
                    models.Q(discarded_at__isnull=False, signed_at__isnull=True)
                    & ~models.Q(discarded_by="")
                    & ~models.Q(discarded_why="")
                ),
                name="outcomes_printing_discarded_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            "printing",
            models.CheckConstraint(
                condition=models.Q(signed_by="") | ~models.Q(signed_by=models.F("drafted_by")),
                name="outcomes_printing_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            "printing",
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True, signed_by="")
                | (models.Q(signed_at__isnull=False) & ~models.Q(signed_by="")),
                name="outcomes_printing_signed",
            ),
        ),
        *frozen("Printing"),
    ]
