"""What was changed of any entry, when and by whom; and which forms were sent already."""

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


class SentForm(models.Model):
    """A form that was sent, so that a second press of its button writes nothing twice. Gone within two hours.

    `name` and `content` are digests under a key that only the page holds; `answer` is sealed under it, and empty until
    there is one.
    """

    name = models.CharField(primary_key=True, max_length=64)
    content = models.CharField(max_length=64)
    answer = models.BinaryField(default=b"")
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "a form that was sent"
