"""Programmes say how many sessions they have; sessions are planned and cancelled."""

from django.db import migrations, models

from leeward.foundation.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("perpetrators", "0002_corrected_signals"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="referralevent",
            name="perpetrators_event_step",
        ),
        migrations.AddField(
            model_name="programme",
            name="sessions",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="referralevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        [
                            "offered",
                            "refused",
                            "agreed",
                            "ordered",
                            "sent",
                            "received",
                            "suitable",
                            "suitable_later",
                            "not_suitable",
                            "on_hold",
                            "started",
                            "planned",
                            "attended",
                            "missed",
                            "cancelled",
                            "told",
                            "corrected",
                            "completed",
                            "ended_early",
                            "withdrawn",
                            "looked_6",
                            "looked_12",
                        ],
                    )
                ),
                name="perpetrators_event_step",
            ),
        ),
        # SQLite has made the table anew, without its triggers.
        AppendOnly("ReferralEvent", "What happened to a referral is never changed.", verbs=("UPDATE",)),
    ]
