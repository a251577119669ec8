"""Writes the next version of the declaration and publishes it; what was published is never changed."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from leeward.foundation.audit.rules import Actor, Fact
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryChanged, FieldRefused
from leeward.foundation.notary.operations import enter
from leeward.foundation.notary.rules.leaves import canonical
from leeward.foundation.typed import LAST_DAY
from leeward.industry.declarations.errors import DeclarationMistake
from leeward.industry.declarations.models import NextVersion, PublishedVersion, Signatory
from leeward.industry.declarations.operations.verbs import DeclarationVerb, note
from leeward.industry.declarations.queries.facts import has_draft, next_draft
from leeward.industry.declarations.rules.terms import Stage
from leeward.industry.declarations.rules.texts import (
    LEAF_KIND,
    Commitment,
    Draft,
    Version,
    Wording,
    as_record,
    check_draft,
    mark_of,
)


@transaction.atomic
def save_wording(
    *, language: str, wording: Wording, statement_within_days: int, seen: str | None = None, now: datetime
) -> None:
    """Write the draft's text in one language; an empty one takes the language out. A draft is in no trail.

    `seen` is the mark of the draft that was looked at. Raises EntryChanged where it says something else by now.
    """
    draft = _held_draft(seen=seen).with_wording(language, wording)
    _save(
        Draft(wordings=draft.wordings, commitments=draft.commitments, statement_within_days=statement_within_days),
        now=now,
    )


@transaction.atomic
def add_commitment(*, commitment: Commitment, now: datetime) -> None:
    """Add a commitment to the draft. Raises FieldRefused where there is one with its code."""
    draft = _held_draft()
    if draft.commitment(commitment.code) is not None:
        raise FieldRefused("code", DeclarationMistake.CODE)
    _save(draft.with_commitment(commitment), now=now)


@transaction.atomic
def save_commitment(*, commitment: Commitment, seen: str | None = None, now: datetime) -> None:
    """Change the draft's commitment with this code, or add it. Raises EntryChanged as `save_wording` does."""
    _save(_held_draft(seen=seen).with_commitment(commitment), now=now)


@transaction.atomic
def drop_commitment(*, code: str, now: datetime) -> None:
    """Take a commitment out of the draft."""
    _save(_held_draft().without_commitment(code), now=now)


def discard_draft() -> None:
    """Throw the draft away; the next one begins with what is in force."""
    NextVersion.objects.all().delete()


@transaction.atomic
def publish_draft(*, renew_by: date | None, seen: str, by: Actor, now: datetime) -> Version:
    """Publish what the draft says as the next version, if that is what was looked at: it is never changed again.

    `seen` is its mark. Raises DraftRefused and FieldRefused, and EntryChanged where it says something else by now, or
    where there is none: it was thrown away, or published already.
    """
    draft = check_draft(_held_draft(seen=seen), main_language=settings.LANGUAGE_CODE)
    if not has_draft():
        raise EntryChanged
    return publish_version(draft=draft, renew_by=renew_by, by=by, now=now)


@transaction.atomic
def publish_version(*, draft: Draft, renew_by: date | None = None, by: Actor, now: datetime) -> Version:
    """Publish the next version. Signatories of the ones before are asked to renew by that day, if one is given.

    Raises DraftRefused where it is not whole, and FieldRefused for a day that is not later than today.
    """
    check_draft(draft, main_language=settings.LANGUAGE_CODE)
    today = local_day(now)
    PublishedVersion.objects.select_for_update().order_by("-number").first()  # whoever publishes meanwhile waits
    newest = PublishedVersion.objects.order_by("-number").first()
    if renew_by is not None and (not today < renew_by <= LAST_DAY or newest is None):
        raise FieldRefused("renew_by", DeclarationMistake.RENEW)
    row = PublishedVersion.objects.create(
        number=newest.number + 1 if newest else 1,
        published_on=today,
        published_at=now,
        renew_by=renew_by,
        content=as_record(draft),
    )
    about = {"number": row.number, "published_on": today, "renew_by": renew_by, "declaration": row.content}
    enter(kind=LEAF_KIND, name=str(row.number), content=canonical(about), now=now)
    NextVersion.objects.all().delete()
    Signatory.objects.filter(stage=Stage.SIGNED.value).update(look_at=now, reminded_at=None)
    facts: dict[str, Fact] = {"languages": ",".join(sorted(draft.wordings)), "commitments": len(draft.commitments)}
    note(DeclarationVerb.PUBLISHED, "version", row.number, by=by, now=now, facts=facts)
    return row.as_version()


def _held_draft(*, seen: str | None = None) -> Draft:
    """The draft, held until the transaction ends, so that two who write at once do not lose a part."""
    NextVersion.objects.select_for_update().first()
    draft = next_draft()
    if seen is not None and seen != mark_of(draft):
        raise EntryChanged
    return draft


def _save(draft: Draft, *, now: datetime) -> None:
    NextVersion.objects.update_or_create(singleton=True, defaults={"content": as_record(draft), "changed_at": now})
