"""Moves releases, their files and the calendar to the shelf of editions, each byte and digest as it was."""

import csv
import io
from datetime import date

from django.db import migrations

SHELF = "figures"
SAME = ("title", "note", "licence", "covers_until", "drafted_at", "drafted_by", "sha256")
DISCARDED = ("discarded_at", "discarded_by", "discarded_why")


def move(apps, _schema_editor):
    releases, planned = apps.get_model("statistics", "Release"), apps.get_model("statistics", "PlannedRelease")
    editions, files = apps.get_model("editions", "Edition"), apps.get_model("editions", "EditionFile")
    before = None
    for row in releases.objects.order_by("released_at", "pk"):
        kept = {name: getattr(row, name) for name in SAME + DISCARDED}
        kept["covers_from"] = first_day(row)
        edition = editions.objects.create(shelf=SHELF, name=row.edition, replaces=before, **kept)
        for file in row.files.order_by("pk"):
            said = {name: getattr(file, name) for name in ("name", "media_type", "sha256", "size", "content")}
            files.objects.create(edition=edition, **said)
        if row.released_at is not None:  # last: from then on the database refuses to change it
            edition.signed_at, edition.signed_by = row.released_at, row.released_by
            edition.save(update_fields=["signed_at", "signed_by"])
            before = edition
    for day in planned.objects.all():
        apps.get_model("editions", "Planned").objects.create(shelf=SHELF, on=day.on, title=day.title, note=day.note)


def first_day(release):
    table = release.files.filter(name="observations.csv").first()
    lines = csv.DictReader(io.StringIO(bytes(table.content).decode())) if table else ()
    return min((date.fromisoformat(line["start"]) for line in lines), default=None)


class Migration(migrations.Migration):
    dependencies = [("statistics", "0001_initial"), ("editions", "0001_initial")]

    operations = [
        migrations.RunPython(move),
        migrations.DeleteModel(name="PlannedRelease"),
        migrations.DeleteModel(name="ReleaseFile"),
        migrations.DeleteModel(name="Release"),
    ]
