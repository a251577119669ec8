"""Say what a quarter is without a function of Django's own, which programs that back up SQLite's file lack."""

from typing import ClassVar

from django.db import migrations, models

from leeward.foundation.audit.append_only import AppendOnly, Lifted
from leeward.foundation.rows import BeginsQuarter

REFUSAL = "That the rows of a file were destroyed stays known."


class Migration(migrations.Migration):
    dependencies: ClassVar = [("outcomes", "0001_initial")]

    operations: ClassVar = [
        Lifted("Cohort", REFUSAL, verbs=("UPDATE", "DELETE"), final_once="rows_gone_at"),
        migrations.RemoveConstraint("cohort", "outcomes_cohort_quarter"),
        migrations.AddConstraint(
            "cohort", models.CheckConstraint(condition=BeginsQuarter("quarter"), name="outcomes_cohort_quarter")
        ),
        AppendOnly("Cohort", REFUSAL, verbs=("UPDATE", "DELETE"), final_once="rows_gone_at"),
    ]
