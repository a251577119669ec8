"""Gives a fresh installation the regimes that ship: a step of its own, so that it is undone without their tables.

The rows themselves say that they came from the file; there is nobody to name in the audit trail. Later files are
brought in by `leeward load-duties`.
"""

from django.db import migrations
from django.utils import timezone

from leeward.industry.duties.rules.records import as_record
from leeward.industry.duties.rules.regimes import FROM_THE_FIRST
from leeward.industry.duties.schemas import read_shipped


def load(apps, _schema_editor):
    regimes, versions = apps.get_model("duties", "Regime"), apps.get_model("duties", "RegimeVersion")
    # A column that a later migration adds is not there yet.
    columns = {field.name for field in versions._meta.get_fields()}  # noqa: SLF001  # Django's documented interface
    now = timezone.now()
    known = set(regimes.objects.values_list("code", flat=True))  # where this step was undone before
    for seed in (seed for seed in read_shipped() if seed.draft.code not in known):
        regime = regimes.objects.create(
            code=seed.draft.code, is_switched_on=seed.is_switched_on, switched_at=now, switched_reason=""
        )
        values = {name: value for name, value in as_record(seed.draft).items() if name in columns}
        versions.objects.create(
            regime=regime, number=1, valid_from=FROM_THE_FIRST, published_at=now, origin="file", **values
        )


def keep(_apps, _schema_editor):
    """Undoing this step leaves the rows: the step before drops their tables."""


class Migration(migrations.Migration):
    dependencies = [("duties", "0001_initial")]

    operations = [migrations.RunPython(load, keep)]
