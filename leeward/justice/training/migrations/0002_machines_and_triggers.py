import uuid

import django.db.models.deletion
from django.db import migrations, models

import leeward.foundation.audit.keys
import leeward.foundation.vault.fields
from leeward.foundation.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CourseService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service", models.UUIDField()),
                ("state", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="MachineDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("other_verbs", models.PositiveIntegerField(default=0)),
                ("other_activities", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="MachineKey",
            fields=[
                ("id", leeward.foundation.audit.keys.RandomKey(serialize=False)),
                ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("home", models.CharField(max_length=500)),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=64)),
                ("used_on", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="MachineStatement",
            fields=[
                ("id", leeward.foundation.audit.keys.RandomKey(serialize=False)),
                ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("statement", models.UUIDField()),
                ("digest", models.CharField(max_length=64)),
                ("state", models.CharField(max_length=12)),
                ("verb", models.CharField(max_length=10)),
                ("voids", models.UUIDField(null=True)),
                ("version", models.PositiveIntegerField(null=True)),
                ("is_delta", models.BooleanField(default=False)),
                ("on", models.DateField()),
                ("score", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("why", models.CharField(blank=True, max_length=12)),
                ("person", leeward.foundation.vault.fields.SealedField(blank=True, compartment="contact", default="")),
                ("person_by", models.CharField(blank=True, max_length=10)),
                ("person_index", models.CharField(blank=True, max_length=64)),
                ("received_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SayingCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField()),
                ("talk", models.CharField(max_length=40)),
                ("version", models.PositiveIntegerField()),
                ("turn", models.CharField(max_length=40)),
                ("saying", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Trigger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=8)),
                ("about", models.CharField(max_length=1000)),
                ("address", models.CharField(blank=True, max_length=500)),
                ("noticed_on", models.DateField()),
                ("due_on", models.DateField()),
                ("answer", models.CharField(blank=True, max_length=10)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("answered_on", models.DateField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="completion",
            name="training_completion_source",
        ),
        migrations.AddField(
            model_name="courseversion",
            name="reviewers",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["lesson", "classroom", "upload", "machine"])),
                name="training_completion_source",
            ),
        ),
        migrations.AddField(
            model_name="courseservice",
            name="course",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="services", to="training.course"
            ),
        ),
        migrations.AddField(
            model_name="machineday",
            name="employer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="machine_days", to="training.employer"
            ),
        ),
        migrations.AddField(
            model_name="machinekey",
            name="employer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="machine_keys", to="training.employer"
            ),
        ),
        migrations.AddField(
            model_name="machinestatement",
            name="completion",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="training.completion"
            ),
        ),
        migrations.AddField(
            model_name="machinestatement",
            name="course",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="training.course"
            ),
        ),
        migrations.AddField(
            model_name="machinestatement",
            name="employer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="machine_statements", to="training.employer"
            ),
        ),
        migrations.AddField(
            model_name="machinestatement",
            name="learner",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="training.learner"
            ),
        ),
        migrations.AddField(
            model_name="sayingcount",
            name="employer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="training.employer"
            ),
        ),
        migrations.AddField(
            model_name="trigger",
            name="course",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="triggers", to="training.course"
            ),
        ),
        migrations.AddConstraint(
            model_name="courseservice",
            constraint=models.UniqueConstraint(fields=("course", "service"), name="training_course_service_once"),
        ),
        migrations.AddConstraint(
            model_name="machineday",
            constraint=models.UniqueConstraint(fields=("employer", "on"), name="training_day_once"),
        ),
        migrations.AddConstraint(
            model_name="machinekey",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name", ""), _negated=True), models.Q(("home", ""), _negated=True)),
                name="training_key_named",
            ),
        ),
        migrations.AddIndex(
            model_name="machinestatement",
            index=models.Index(fields=["employer", "received_at", "id"], name="training_statement_came"),
        ),
        migrations.AddIndex(
            model_name="machinestatement",
            index=models.Index(
                condition=models.Q(("state", "unknown")), fields=["person_index"], name="training_statement_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="machinestatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["counted", "unknown", "waived", "contradicted", "dropped", "voided", "voiding"])
                ),
                name="training_statement_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="machinestatement",
            constraint=models.UniqueConstraint(fields=("employer", "statement"), name="training_statement_once"),
        ),
        migrations.AddConstraint(
            model_name="machinestatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("learner__isnull", True), ("person", ""), ("state", "voiding")),
                    models.Q(
                        models.Q(("state", "voiding"), _negated=True),
                        models.Q(
                            models.Q(("learner__isnull", False), ("person", "")),
                            ("learner__isnull", True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="training_statement_is_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="machinestatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "contradicted"), models.Q(("why", ""), _negated=True)),
                    models.Q(models.Q(("state", "contradicted"), _negated=True), ("why", "")),
                    _connector="OR",
                ),
                name="training_statement_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="sayingcount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("employer__isnull", False)),
                fields=("week", "employer", "talk", "version", "turn", "saying"),
                name="training_saying_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="sayingcount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("employer__isnull", True)),
                fields=("week", "talk", "version", "turn", "saying"),
                name="training_saying_once_of_others",
            ),
        ),
        migrations.AddIndex(
            model_name="trigger",
            index=models.Index(fields=["due_on", "id"], name="training_trigger_due"),
        ),
        migrations.AddConstraint(
            model_name="trigger",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["law", "service", "trend", "turn"])), name="training_trigger_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="trigger",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""),
                        ("answered_at__isnull", True),
                        ("answered_by", ""),
                        ("answered_on__isnull", True),
                        ("reason", ""),
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_on__isnull", False),
                        models.Q(("answer", ""), _negated=True),
                        models.Q(("reason", ""), _negated=True),
                        models.Q(("answered_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="training_trigger_is_answered_whole",
            ),
        ),
        AppendOnly("completion", "A completion is never changed: take it back and note it anew", verbs=("UPDATE",)),
        AppendOnly("courseversion", "A version of a course was published for good", verbs=("UPDATE", "DELETE")),
    ]
