"""What was answered, what shows it, and workbooks on their way in. Scores are only ever added: the newest counts."""

from django.db import models

from leeward.foundation.rows import choice, one_of, public_id, read_row
from leeward.policy.assessment.models.bodies import Body
from leeward.policy.assessment.models.rounds import Round
from leeward.policy.assessment.rules.pieces import ADDRESS_LENGTH, DIGEST_LENGTH, UNIT_LENGTH, Piece, PieceKind
from leeward.policy.assessment.rules.rounds import (
    CODE_LENGTH,
    ID_LENGTH,
    NAME_LENGTH,
    NOTE_LENGTH,
    REASON_LENGTH,
    REFERENCE_LENGTH,
    TITLE_LENGTH,
    Hand,
    ScoreKind,
)
from leeward.policy.assessment.rules.scale import CHOSEN, State

OF_A_BODY = models.Q(source=ScoreKind.BODY.value)


class Score(models.Model):
    """One answer about one item: of the draft, of a body, or agreed. The database refuses to change it."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="scores")
    source = choice(ScoreKind, 8)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="scores")
    item_id = models.CharField(max_length=ID_LENGTH)
    state = choice(CHOSEN, CODE_LENGTH)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    note = models.TextField(max_length=NOTE_LENGTH, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH)
    hand = choice(Hand, 12, default=Hand.OWN.value)

    class Meta:
        ordering = ["id"]
        constraints = [
            one_of("state", CHOSEN, "assessment_score_state"),
            one_of("hand", Hand, "assessment_score_hand"),
            models.CheckConstraint(
                name="assessment_score_body_where_one_speaks",
                condition=(OF_A_BODY & models.Q(body__isnull=False)) | (~OF_A_BODY & models.Q(body__isnull=True)),
            ),
            models.CheckConstraint(
                name="assessment_score_reason_where_it_does_not_apply",
                condition=(models.Q(state=State.NOT_APPLICABLE.value) & ~models.Q(reason=""))
                | (~models.Q(state=State.NOT_APPLICABLE.value) & models.Q(reason="")),
            ),
        ]
        indexes = [models.Index(fields=["round", "source", "body", "item_id", "id"], name="assessment_score_newest")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.state}"


class HeldPiece(models.Model):
    """A piece of evidence for one item of one round. Of a file only its name and digest are kept, never the file."""

    public_id = public_id()
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="pieces")
    item_id = models.CharField(max_length=ID_LENGTH)
    kind = choice(PieceKind, 4)
    title = models.CharField(max_length=TITLE_LENGTH * 2)
    address = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    query = models.CharField(max_length=NAME_LENGTH, blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    unit = models.CharField(max_length=UNIT_LENGTH, blank=True)
    as_of = models.DateField()
    owner = models.CharField(max_length=NAME_LENGTH)
    expires_on = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=REFERENCE_LENGTH)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_why = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        ordering = ["as_of", "id"]
        constraints = [
            models.CheckConstraint(
                name="assessment_piece_shows_something",
                condition=(models.Q(kind=PieceKind.LINK.value, digest="", query="") & ~models.Q(address=""))
                | (models.Q(kind=PieceKind.FILE.value, address="", query="") & ~models.Q(digest=""))
                | (
                    models.Q(kind=PieceKind.LIVE.value, address="", digest="", value__isnull=False)
                    & ~models.Q(query="")
                ),
            ),
            models.CheckConstraint(
                name="assessment_piece_expires_later", condition=models.Q(expires_on__gt=models.F("as_of"))
            ),
            models.CheckConstraint(
                name="assessment_piece_taken_back_for_a_reason",
                condition=(models.Q(taken_back_at__isnull=False) & ~models.Q(taken_back_why=""))
                | models.Q(taken_back_at__isnull=True, taken_back_why=""),
            ),
        ]
        indexes = [models.Index(fields=["round", "item_id"], name="assessment_piece_item")]

    def __str__(self) -> str:
        return self.title

    def as_piece(self) -> Piece:
        """The piece as the rules see it."""
        return read_row(Piece, self)


class Incoming(models.Model):
    """What a workbook said that came back, for thirty days. The file itself is not kept."""

    public_id = public_id()
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="incoming")
    source = choice(ScoreKind, 8)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.JSONField()
    digest = models.CharField(max_length=DIGEST_LENGTH)
    exported_at = models.DateTimeField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=REFERENCE_LENGTH)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return "workbook"
