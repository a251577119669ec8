"""Packages of several units: what is told of each is collected. And what a board of 50,000 people reads."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PackageUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(max_length=500, unique=True)),
                ("move_on", models.CharField(max_length=20)),
                ("mastery", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="machinestatement",
            name="training_statement_state",
        ),
        migrations.AddField(
            model_name="machinestatement",
            name="registration",
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                fields=["learner", "requirement", "start_on", "until_on", "soon_on", "due_on", "lapses_on", "full_on"],
                name="training_due_board",
            ),
        ),
        migrations.AddIndex(
            model_name="learner",
            index=models.Index(fields=["employer", "unit"], name="training_learner_board"),
        ),
        migrations.AddField(
            model_name="packageunit",
            name="package",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="training.package"
            ),
        ),
        migrations.AddField(
            model_name="machinestatement",
            name="unit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="training.packageunit"
            ),
        ),
        migrations.AddConstraint(
            model_name="machinestatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["counted", "collected", "unknown", "waived", "contradicted", "dropped", "voided", "voiding"],
                    )
                ),
                name="training_statement_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="packageunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit", ""), _negated=True), name="training_unit_named"
            ),
        ),
    ]
