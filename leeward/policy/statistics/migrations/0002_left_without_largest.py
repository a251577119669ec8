"""What is left of a count without the contributor who has most of it. Of counts from before nobody knows it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statistics", "0001_initial")]

    operations = [
        migrations.AddField("fact", "left", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("truecount", "left", models.PositiveBigIntegerField(null=True)),
    ]
