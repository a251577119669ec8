"""Opening times in a table that other sites' questions are answered from, filled from the entries that are there."""

import json
from collections.abc import Iterator
from datetime import date, time
from itertools import batched
from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.fields.json import KT

AT_ONCE = 5_000
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def fill(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What `leeward rebuild-search` makes too, so that no question finds less between the two."""
    table = apps.get_model("directory", "OpeningTime")
    rows = (table(service_id=key, **values) for key, values in _opening_times(apps))
    for some in batched(rows, AT_ONCE):
        table.objects.bulk_create(some)


def leave_them(_apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The rows go with their table."""


def _opening_times(apps: Apps) -> Iterator[tuple[int, dict[str, Any]]]:
    """The key of each published service with what one of its schedules says, each once."""
    services = apps.get_model("directory", "Service").objects.filter(is_internal=False, withdrawn_at__isnull=True)
    places = apps.get_model("directory", "ServiceAtLocation").objects.filter(service__in=services)
    own = services.order_by().values_list("pk", KT("parts__schedules"))
    at_places = places.order_by().values_list("service_id", KT("parts__schedules"))
    seen = set()
    for pairs in (own.iterator(), at_places.iterator()):
        for key, schedules in pairs:
            for days, opens, closes in _read(schedules):
                if (found := (key, days, opens, closes)) not in seen:
                    seen.add(found)
                    yield key, {"days": days, "opens_at": opens, "closes_at": closes}


def _read(schedules: str | None) -> Iterator[tuple[int, time, time | None]]:
    for row in json.loads(schedules or "[]"):
        if row.get("opens_at") and row.get("closes_at"):
            opens, closes = time.fromisoformat(row["opens_at"]), time.fromisoformat(row["closes_at"])
            yield _days(row), opens, closes if opens < closes else None


def _days(row: dict[str, Any]) -> int:
    if row.get("byday"):
        named = [part.strip().upper()[-2:] for part in row["byday"].split(",")]
        return sum(1 << number for number, day in enumerate(WEEKDAYS) if day in named)
    if row.get("dtstart") and row.get("freq") == "WEEKLY":
        return 1 << date.fromisoformat(row["dtstart"]).weekday()
    return (1 << len(WEEKDAYS)) - 1


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_full_text")]

    operations = [
        migrations.CreateModel(
            name="OpeningTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.PositiveSmallIntegerField()),
                ("opens_at", models.TimeField()),
                ("closes_at", models.TimeField(null=True)),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_times",
                        to="directory.service",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["service", "days", "opens_at", "closes_at"], name="directory_opening_service")
                ],
            },
        ),
        migrations.RunPython(fill, leave_them),
    ]
