"""Tables of editions: what two people published, its files, what is planned, what was wrong, and who saw it early."""

from django.db import models

from leeward.foundation.editions.signed import DIGEST_LENGTH, REFERENCE_LENGTH, WORDS_LENGTH, Signed

NAME_LENGTH, LABEL_LENGTH = 40, 200


class Edition(Signed):
    """One edition on a shelf: a version of what the shelf is of, with all of its files.

    Of a draft that was discarded, who did so and why is kept; its files are not.
    """

    shelf = models.CharField(max_length=NAME_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    title = models.CharField(max_length=LABEL_LENGTH)
    note = models.CharField(max_length=WORDS_LENGTH, blank=True)
    licence = models.CharField(max_length=LABEL_LENGTH)
    covers_from = models.DateField(null=True)
    covers_until = models.DateField(null=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Signed.Meta):
        constraints = [
            *Signed.Meta.constraints,
            models.UniqueConstraint(fields=["shelf", "name"], name="editions_edition_once"),
        ]
        indexes = [models.Index(fields=["shelf", "drafted_at", "id"], name="editions_edition_newest")]

    def __str__(self) -> str:
        return self.name


class EditionFile(models.Model):
    """One file of an edition, as its bytes."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=NAME_LENGTH)
    media_type = models.CharField(max_length=NAME_LENGTH)
    sha256 = models.CharField(max_length=DIGEST_LENGTH)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="editions_file_once")]

    def __str__(self) -> str:
        return self.name


class Planned(models.Model):
    """A day on which an edition is to come out, for the calendar, and the edition that came out for it."""

    shelf = models.CharField(max_length=NAME_LENGTH)
    on = models.DateField()
    title = models.CharField(max_length=LABEL_LENGTH)
    note = models.CharField(max_length=WORDS_LENGTH, blank=True)
    # Empty where the day was planned before this was kept.
    announced_on = models.DateField(null=True)
    edition = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="planned")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shelf", "on"], name="editions_planned_once")]

    def __str__(self) -> str:
        return str(self.on)


class Erratum(models.Model):
    """Something in a signed edition that is wrong: where, what stands there, what is right, and why. Never changed."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="errata")
    place = models.CharField(max_length=LABEL_LENGTH)
    before = models.CharField(max_length=LABEL_LENGTH)
    after = models.CharField(max_length=LABEL_LENGTH)
    reason = models.CharField(max_length=WORDS_LENGTH)
    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH)

    def __str__(self) -> str:
        return self.place


class EarlySight(models.Model):
    """Which office or body, never which person, saw an edition before it was published, and why. Never changed."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="early")
    body = models.CharField(max_length=LABEL_LENGTH)
    reason = models.CharField(max_length=WORDS_LENGTH)
    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH)

    def __str__(self) -> str:
        return self.body
