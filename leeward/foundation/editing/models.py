"""What was changed of any entry, when and by whom."""

from django.db import models

from leeward.foundation.editing.values import LINE_LENGTH

CODE_LENGTH = 40
REFERENCE_LENGTH = 64


class Change(models.Model):
    """One change of one entry. The database refuses to change or delete one."""

    kind = models.CharField(max_length=CODE_LENGTH)
    reference = models.UUIDField()
    verb = models.CharField(max_length=CODE_LENGTH)
    reason = models.CharField(max_length=LINE_LENGTH, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_index=True)
    made_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["reference", "made_at"], name="editing_change_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.verb}"
