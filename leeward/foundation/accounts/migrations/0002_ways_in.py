"""Sessions end with a change of a way in, and each change is told to the owner and to whoever leads the team."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KNOWN = (
    "accounts.link_renewed",
    "accounts.enrolled",
    "accounts.passkey_added",
    "accounts.passkey_removed",
    "accounts.provider_bound",
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField("user", "session_seed", models.CharField(blank=True, default="", max_length=16)),
        migrations.CreateModel(
            name="WayChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=40)),
                ("at", models.DateTimeField(db_index=True)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="way_changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("what__in", list(KNOWN))), name="accounts_way_change_known"
                    )
                ]
            },
        ),
    ]
