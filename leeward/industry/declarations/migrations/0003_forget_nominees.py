from datetime import timedelta
from zoneinfo import ZoneInfo

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KEPT = timedelta(days=180)


def set_days(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give a day to organisations that were refused or have left before there was one."""
    zone = ZoneInfo(settings.LEEWARD_TIME_ZONE)
    signatories = apps.get_model("declarations", "Signatory").objects
    for row in signatories.filter(stage="refused").iterator():
        signatories.filter(pk=row.pk).update(forget_on=row.refused_at.astimezone(zone).date() + KEPT)
    dated = signatories.filter(stage="signed").annotate(
        left_on=models.Max("leavings__left_on"), signed_on=models.Max("signatures__signed_on")
    )
    for row in dated.filter(left_on__gt=models.F("signed_on")).iterator():
        signatories.filter(pk=row.pk).update(forget_on=row.left_on + KEPT)


def leave_them(_apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The column goes with its days."""


class Migration(migrations.Migration):
    dependencies = [("declarations", "0002_no_update")]

    operations = [
        migrations.AddField(model_name="signatory", name="forget_on", field=models.DateField(db_index=True, null=True)),
        migrations.RunPython(set_days, leave_them),
    ]
