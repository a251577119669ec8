import uuid
from zoneinfo import ZoneInfo

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SPEAKERS = ["report", "lead", "spokesperson", "legal", "management", "unknown"]
SERIES = ["platform", "measure", "began_on", "ended_on"]


def fill(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Of what is there already we know when it was written down, not who had said it: so it stands there."""
    zone = ZoneInfo(settings.LEEWARD_TIME_ZONE)
    figures = apps.get_model("declarations", "StatedFigure").objects
    for row in figures.iterator():
        said_on = max(row.recorded_at.astimezone(zone).date(), row.ended_on)
        figures.filter(pk=row.pk).update(public_id=uuid.uuid4(), said_on=said_on)


def leave_the_newest(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Going back, only what is shown has a place: what was said before is deleted, and so is what was struck out."""
    figures = apps.get_model("declarations", "StatedFigure").objects
    figures.filter(mistaken_at__isnull=False).delete()
    seen = set()
    for row in figures.order_by("-said_on", "-pk"):
        series = tuple(getattr(row, name) for name in SERIES)
        if series in seen:
            row.delete()
        seen.add(series)


class Migration(migrations.Migration):
    dependencies = [("declarations", "0007_applications_end")]

    operations = [
        migrations.RemoveConstraint(model_name="statedfigure", name="declarations_figure_once"),
        migrations.AlterModelOptions(
            name="statedfigure",
            options={"ordering": ["-ended_on", "-began_on", "measure", "-said_on", "-id"]},
        ),
        migrations.AddField(
            model_name="statedfigure", name="public_id", field=models.UUIDField(editable=False, null=True)
        ),
        migrations.AddField(model_name="statedfigure", name="said_on", field=models.DateField(null=True)),
        migrations.AddField(
            model_name="statedfigure",
            name="said_by",
            field=models.CharField(
                choices=[(speaker, speaker) for speaker in SPEAKERS], default="unknown", max_length=12
            ),
            preserve_default=False,
        ),
        migrations.AddField(model_name="statedfigure", name="mistaken_at", field=models.DateTimeField(null=True)),
        migrations.RunPython(fill, leave_the_newest),
        migrations.AlterField(
            model_name="statedfigure",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(model_name="statedfigure", name="said_on", field=models.DateField()),
        migrations.AddConstraint(
            model_name="statedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("said_by__in", SPEAKERS)), name="declarations_figure_speaker"
            ),
        ),
        migrations.AddIndex(
            model_name="statedfigure",
            index=models.Index(fields=[*SERIES, "said_on"], name="declarations_figure_newest"),
        ),
    ]
