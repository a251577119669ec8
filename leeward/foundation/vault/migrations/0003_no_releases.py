from django.db import migrations


class Migration(migrations.Migration):
    """What is passed on is a file with grants of its own; rows of releases were never made."""

    dependencies = [("vault", "0002_forwarder")]

    operations = [migrations.DeleteModel("FileReleaseItem"), migrations.DeleteModel("FileRelease")]
