from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KEPT = timedelta(days=180)
AT_LEAST = timedelta(days=30)


def set_days(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give a day to applications that wait already; the oldest have a month, so that somebody can look at them."""
    zone = ZoneInfo(settings.LEEWARD_TIME_ZONE)
    soonest = datetime.now(UTC).astimezone(zone).date() + AT_LEAST
    waiting = apps.get_model("declarations", "Signatory").objects
    for row in waiting.filter(stage="applied", forget_on__isnull=True).iterator():
        day = max(row.applied_at.astimezone(zone).date() + KEPT, soonest)
        waiting.filter(pk=row.pk).update(forget_on=day)


def leave_them(_apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A day that is there does no harm."""


class Migration(migrations.Migration):
    dependencies = [("declarations", "0006_information_requests")]

    operations = [migrations.RunPython(set_days, leave_them)]
