"""Renames three models and their fields for Django alone: the database's tables and columns keep their names."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("statistics", "0003_replies")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("sheet", "statistics_sheet_unprinted"),
                migrations.RenameModel("Sheet", "Gathering"),
                migrations.AlterModelTable("gathering", "statistics_sheet"),
                migrations.RenameField("gathering", "printed_at", "published_at"),
                migrations.AlterField(
                    "gathering", "published_at", models.DateTimeField(null=True, db_column="printed_at")
                ),
                migrations.AddIndex(
                    "gathering",
                    models.Index(
                        fields=["step", "start"],
                        name="statistics_sheet_unprinted",
                        condition=Q(published_at__isnull=True),
                    ),
                ),
                migrations.RenameModel("Printing", "PublishedCount"),
                migrations.AlterModelTable("publishedcount", "statistics_printing"),
                migrations.RenameField("publishedcount", "printed_at", "published_at"),
                migrations.AlterField("publishedcount", "published_at", models.DateTimeField(db_column="printed_at")),
                migrations.RenameModel("Behind", "TrueCount"),
                migrations.AlterModelTable("truecount", "statistics_behind"),
                migrations.RenameField("truecount", "printing", "published"),
                migrations.AlterField(
                    "truecount",
                    "published",
                    models.OneToOneField(
                        to="statistics.publishedcount",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="true_count",
                        db_column="printing_id",
                    ),
                ),
            ]
        )
    ]
