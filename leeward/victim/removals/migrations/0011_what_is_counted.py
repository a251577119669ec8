from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("platforms", "0002_removal"),
        ("removals", "0010_open_by_age"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("first_sent_at__isnull", False)),
                fields=["first_sent_at"],
                name="removals_request_first_sent",
            ),
        ),
        migrations.AddIndex(
            model_name="requestevent",
            index=models.Index(
                condition=models.Q(("step__in", ["decided_removed", "escalated", "seen_gone"])),
                fields=["at", "request"],
                name="removals_event_counted",
            ),
        ),
    ]
