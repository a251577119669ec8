"""The areas that services are there for in a table that questions are answered from, filled from the entries."""

import json
from collections.abc import Iterator
from itertools import batched

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.fields.json import KT

AT_ONCE = 5_000
EVERYWHERE = ""


def fill(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What `leeward rebuild-search` makes too, so that no question finds less between the two."""
    table = apps.get_model("directory", "ServedArea")
    rows = (table(service_id=key, area=area) for key, area in _served_areas(apps))
    for some in batched(rows, AT_ONCE):
        table.objects.bulk_create(some)


def leave_them(_apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The rows go with their table."""


def _served_areas(apps: Apps) -> Iterator[tuple[int, str]]:
    services = apps.get_model("directory", "Service").objects.filter(is_internal=False, withdrawn_at__isnull=True)
    rows = services.order_by().values_list("pk", "coverage", KT("parts__service_areas"))
    for key, coverage, named in rows.iterator():
        codes = [area["code"] for area in json.loads(named or "[]") if area.get("code")]
        words = {"xareax" + "".join(sign for sign in code.lower() if sign.isalnum()) for code in codes}
        for area in words if words and coverage != "national" else {EVERYWHERE}:
            yield key, area


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_opening_times")]

    operations = [
        migrations.CreateModel(
            name="ServedArea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area", models.CharField(blank=True, max_length=200)),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="served_areas",
                        to="directory.service",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("area", "service"), name="directory_served_area_once")],
            },
        ),
        migrations.RunPython(fill, leave_them),
    ]
