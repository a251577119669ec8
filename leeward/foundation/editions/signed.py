"""What one person drafts and another signs, and nobody changes from then on: columns, steps and triggers to inherit.

For any room whose texts or numbers are published by two people. A table of such things is a `Signed`; its migration
ends with `*frozen("Page", PagePart="page")`, which makes the database itself refuse every change of
what is signed, by SQL too; and its operations call `sign` and `discard`:

    class Page(Signed):
        text = models.TextField()

    class PagePart(models.Model):
        page = models.ForeignKey(Page, on_delete=models.PROTECT)

    draft = Page(text=…, sha256=digest_of(…), drafted_at=now, drafted_by=who(by)); draft.save()
    sign(draft, sha256=form.cleaned_data["sha256"], by=by, now=now)   # by somebody else, of just these bytes

`sha256` is the digest of all that is signed. Whoever signs gives the digest that their page showed, so that what
somebody has changed meanwhile is never signed unseen. A draft that is discarded keeps who did so and why. What takes
the place of something signed says so in its own `replaces`; the older one stays as it was.
"""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.migrations.operations.base import Operation
from django.db.models import F, Q

from leeward.foundation.audit.append_only import AppendOnly, FrozenWith
from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editions.errors import AlreadySigned, EditionMistake, SameHands
from leeward.foundation.labels import Labelled, mark

DIGEST_LENGTH, REFERENCE_LENGTH, WORDS_LENGTH = 64, 64, 500
REFUSAL = "What is signed is never changed."


class SignedState(Labelled):
    """Where something stands that two people publish. What was published, or thrown away, stays so."""

    DRAFT = "draft", mark("Awaits a second person"), "yellow"
    PUBLISHED = "published", mark("Published"), "green"
    DISCARDED = "discarded", mark("Discarded"), "grey"


class Signed(models.Model):
    """Drafted by one person, then signed by another or discarded."""

    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=REFERENCE_LENGTH)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    sha256 = models.CharField(max_length=DIGEST_LENGTH)
    discarded_at = models.DateTimeField(null=True)
    discarded_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    discarded_why = models.CharField(max_length=WORDS_LENGTH, blank=True)

    WAITS = Q(signed_at__isnull=True, discarded_at__isnull=True)
    # What whoever drafted it is told who would sign it too: a room names what it is.
    OWN: ClassVar[Labelled] = EditionMistake.SAME

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_discarded_for_a_reason",
                condition=Q(discarded_at__isnull=True, discarded_by="", discarded_why="")
                | (Q(discarded_at__isnull=False, signed_at__isnull=True) & ~Q(discarded_by="") & ~Q(discarded_why="")),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_four_eyes", condition=Q(signed_by="") | ~Q(signed_by=F("drafted_by"))
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_signed",
                condition=Q(signed_at__isnull=True, signed_by="") | (Q(signed_at__isnull=False) & ~Q(signed_by="")),
            ),
        ]

    @property
    def state(self) -> SignedState:
        """Where it stands."""
        return state_of(signed_at=self.signed_at, discarded_at=self.discarded_at)


def state_of(*, signed_at: datetime | None, discarded_at: datetime | None) -> SignedState:
    """Where something stands that was signed or discarded then."""
    if discarded_at is not None:
        return SignedState.DISCARDED
    return SignedState.DRAFT if signed_at is None else SignedState.PUBLISHED


def sign(row: Signed, *, sha256: str, by: Actor, now: datetime) -> None:
    """Sign a draft that the caller's transaction holds, as a second person who has looked at just these bytes.

    Raises AlreadySigned, SameHands for whoever drafted it, and FieldRefused where the digest is another.
    """
    if row.state is not SignedState.DRAFT:
        raise AlreadySigned(str(row))
    if row.drafted_by == who(by):
        raise SameHands(row.OWN)
    if row.sha256 != sha256.strip().lower():
        raise FieldRefused("sha256", EditionMistake.DIGEST)
    row.signed_at, row.signed_by = now, who(by)
    row.save()


def discard(row: Signed, *, why: str, by: Actor, now: datetime) -> None:
    """Discard a draft that the caller's transaction holds. Raises AlreadySigned, and FieldRefused without a reason."""
    said = values.line("why", why, most=WORDS_LENGTH)
    if row.state is not SignedState.DRAFT:
        raise AlreadySigned(str(row))
    row.discarded_at, row.discarded_by, row.discarded_why = now, who(by), said
    row.save(update_fields=["discarded_at", "discarded_by", "discarded_why"])


def frozen(model_name: str, **parts: str) -> list[Operation]:
    """Return a migration's steps that freeze a `Signed` and its parts, models by the name of their key to it.

    What is signed cannot be changed, and parts of it can neither be added nor deleted. A draft can be changed, its
    parts can be added and deleted. No row of a `Signed` is ever deleted, and no part is ever changed.
    """
    verbs = ("UPDATE", "DELETE", "TRUNCATE")
    return [
        AppendOnly(model_name, REFUSAL, verbs=verbs, final_once="signed_at"),
        *(FrozenWith(name, REFUSAL, parent=key, final="signed_at") for name, key in parts.items()),
    ]
