import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PlannedRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(unique=True)),
                ("title", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=40)),
                ("step", models.CharField(max_length=5)),
                ("start", models.DateField()),
                ("code", models.CharField(blank=True, max_length=40)),
                ("before", models.CharField(max_length=40)),
                ("after", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="statistics_correction_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["week", "month"])), name="statistics_correction_step"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="statistics_correction_has_words"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=40)),
                ("step", models.CharField(max_length=5)),
                ("start", models.DateField()),
                ("code", models.CharField(blank=True, max_length=40)),
                ("label", models.CharField(blank=True, max_length=200)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("count", models.PositiveBigIntegerField()),
                ("hours", models.PositiveIntegerField(null=True)),
                ("gathered_at", models.DateTimeField()),
                ("source", models.CharField(max_length=40)),
                ("reason", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "measure__in",
                                [
                                    "sent",
                                    "sent.gone",
                                    "sent.verified",
                                    "sent.hours.50",
                                    "sent.hours.90",
                                    "sent.answered",
                                    "sent.accepted",
                                    "law",
                                    "law.in_time",
                                    "gone",
                                    "gone.returned",
                                    "gone.restored",
                                    "gone.found",
                                    "escalated",
                                    "escalated.gone",
                                    "filed",
                                    "filed.items",
                                    "views",
                                    "views.days",
                                    "views.staff",
                                    "services",
                                    "services.fresh",
                                    "signatories",
                                    "signatories.good",
                                    "commitments",
                                    "commitments.kept",
                                    "platforms",
                                    "platforms.lead",
                                    "platforms.policy",
                                    "hashes",
                                    "drawing",
                                    "withdrawals",
                                    "withdrawals.kept",
                                ],
                            )
                        ),
                        name="statistics_fact_measure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["week", "month"])), name="statistics_fact_step"
                    ),
                    models.UniqueConstraint(
                        fields=("step", "start", "measure", "code", "revision"), name="statistics_fact_revision"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Printing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=40)),
                ("step", models.CharField(max_length=5)),
                ("start", models.DateField()),
                ("code", models.CharField(blank=True, max_length=40)),
                ("label", models.CharField(blank=True, max_length=200)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("value", models.PositiveBigIntegerField(null=True)),
                ("status", models.CharField(blank=True, max_length=3)),
                ("printed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "measure__in",
                                [
                                    "sent",
                                    "sent.gone",
                                    "sent.verified",
                                    "sent.hours.50",
                                    "sent.hours.90",
                                    "sent.answered",
                                    "sent.accepted",
                                    "law",
                                    "law.in_time",
                                    "gone",
                                    "gone.returned",
                                    "gone.restored",
                                    "gone.found",
                                    "escalated",
                                    "escalated.gone",
                                    "filed",
                                    "filed.items",
                                    "views",
                                    "views.days",
                                    "views.staff",
                                    "services",
                                    "services.fresh",
                                    "signatories",
                                    "signatories.good",
                                    "commitments",
                                    "commitments.kept",
                                    "platforms",
                                    "platforms.lead",
                                    "platforms.policy",
                                    "hashes",
                                    "drawing",
                                    "withdrawals",
                                    "withdrawals.kept",
                                ],
                            )
                        ),
                        name="statistics_printing_measure",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["week", "month"])), name="statistics_printing_step"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["", "c", "low", "x", "z", "e"])),
                        name="statistics_printing_status",
                    ),
                    models.UniqueConstraint(
                        fields=("measure", "step", "code", "start", "revision"), name="statistics_printing_revision"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["c", "x"]), _negated=True),
                            ("value__isnull", True),
                            _connector="OR",
                        ),
                        name="statistics_printing_hidden_is_empty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Behind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.PositiveBigIntegerField()),
                (
                    "printing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="behind", to="statistics.printing"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("edition", models.CharField(max_length=40, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("licence", models.CharField(max_length=200)),
                ("covers_until", models.DateField()),
                ("drafted_at", models.DateTimeField()),
                ("drafted_by", models.CharField(max_length=64)),
                ("released_at", models.DateTimeField(null=True)),
                ("released_by", models.CharField(blank=True, max_length=64)),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_by", ""),
                            models.Q(("released_by", models.F("drafted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="statistics_release_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_at__isnull", True), ("released_by", "")),
                            models.Q(("released_at__isnull", False), models.Q(("released_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="statistics_release_signed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=40)),
                ("step", models.CharField(max_length=5)),
                ("start", models.DateField()),
                ("gathered_at", models.DateTimeField()),
                ("is_final", models.BooleanField()),
                ("printed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("printed_at__isnull", True)),
                        fields=["step", "start"],
                        name="statistics_sheet_unprinted",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["week", "month"])), name="statistics_sheet_step"
                    ),
                    models.UniqueConstraint(fields=("source", "step", "start"), name="statistics_sheet_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReleaseFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("media_type", models.CharField(max_length=40)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="statistics.release"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("release", "name"), name="statistics_file_once")],
            },
        ),
    ]
