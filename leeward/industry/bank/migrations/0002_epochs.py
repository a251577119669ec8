"""The feed's history gets a name, draws remember the stamp that was given, and disclosures are one row a day."""

from typing import Any

from django.db import migrations, models

import leeward.industry.bank.models


def fold(apps: Any, _editor: object) -> None:
    """Put the pages of one platform, door and day into the first row of that day."""
    disclosure = apps.get_model("bank", "Disclosure")
    of_day: dict[tuple[int, str, object], Any] = {}
    for row in disclosure.objects.order_by("pk").iterator():
        first = of_day.setdefault((row.platform_id, row.door, row.at.date()), row)
        if first is row:
            row.on, row.pages = row.at.date(), 1
            row.save()
            continue
        first.pages, first.count = first.pages + 1, first.count + row.count
        first.from_sequence = min(first.from_sequence, row.from_sequence)
        first.to_sequence = max(first.to_sequence, row.to_sequence)
        first.save()
        row.delete()


class Migration(migrations.Migration):
    dependencies = [("bank", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="feedstate",
            name="epoch",
            field=models.CharField(default=leeward.industry.bank.models.new_epoch, max_length=16),
        ),
        migrations.AddField(
            model_name="draw",
            name="stamp",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(model_name="disclosure", name="on", field=models.DateField(null=True)),
        migrations.AddField(
            model_name="disclosure", name="pages", field=models.PositiveIntegerField(default=1), preserve_default=False
        ),
        migrations.AlterField(model_name="disclosure", name="count", field=models.PositiveBigIntegerField()),
        migrations.RunPython(fold, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="disclosure", name="bank_disclosure_by_platform"),
        migrations.RemoveField(model_name="disclosure", name="at"),
        migrations.AlterField(model_name="disclosure", name="on", field=models.DateField()),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.UniqueConstraint(name="bank_disclosure_one_a_day", fields=["platform", "door", "on"]),
        ),
        migrations.AddIndex(model_name="disclosure", index=models.Index(fields=["on"], name="bank_disclosure_by_day")),
    ]
