from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("removals", "0011_what_is_counted"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("filed_at__isnull", False)),
                fields=["filed_at"],
                name="removals_report_filed",
            ),
        ),
    ]
