import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("removals", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="requestevent", name="removals_event_step"),
        migrations.AddField(
            model_name="request",
            name="followed_as",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        # Made anew and not altered: it pointed at a number, and no row has ever had one.
        migrations.RemoveField(model_name="request", name="parent"),
        migrations.AddField(
            model_name="request",
            name="parent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="children",
                to="removals.request",
                to_field="followed_as",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("followed_as__isnull", True),
                    models.Q(("parent__isnull", True), ("followed_as", models.F("reference"))),
                    _connector="OR",
                ),
                name="removals_request_one_generation",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        [
                            "queued",
                            "unsent",
                            "sent",
                            "acknowledged",
                            "found_incomplete",
                            "completed",
                            "decided_removed",
                            "decided_kept",
                            "seen_gone",
                            "seen_up",
                            "seen_unsure",
                            "came_back",
                            "appealed",
                            "appeal_upheld",
                            "appeal_reversed",
                            "restored",
                            "escalated",
                            "corrected",
                            "closed",
                            "reopened",
                            "withdrawn",
                        ],
                    )
                ),
                name="removals_event_step",
            ),
        ),
    ]
