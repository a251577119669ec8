"""People whom a path of harm concerns read its page, as a member says for them; the secretary says what came of it."""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.days import local_day
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.editing.history import held
from leeward.foundation.pages.queries import texts_in_force
from leeward.foundation.rows import put
from leeward.victim.file.rules.paths import PathRow
from leeward.victim.network.errors import ReviewMistake
from leeward.victim.network.models import NAME_LENGTH, Member, PathReview
from leeward.victim.network.operations.verbs import NetworkVerb
from leeward.victim.network.rules.members import MemberState
from leeward.victim.network.rules.reviews import LONGEST, NewReview


@transaction.atomic
def give_review(
    *, path: PathRow, new: NewReview, member: uuid.UUID, language: str, by: Actor, now: datetime
) -> uuid.UUID:
    """Keep what a member says for people whom a path concerns, of the page as it says now in this language.

    Raises FieldRefused, also for who is no member now.
    """
    today = local_day(now)
    row = held(Member.objects.all(), member)
    if row.state is not MemberState.MEMBER or row.until is None or row.until < today:
        raise FieldRefused("people", ReviewMistake.MEMBER)
    values.line("people", new.people, most=NAME_LENGTH)
    if not values.text("said", new.said):
        raise FieldRefused("said", Mistake.MISSING)
    if not today < new.review_on <= today + LONGEST:
        raise FieldRefused("review_on", ReviewMistake.DAY)
    text = texts_in_force([path.page], language)[path.page].text
    review = PathReview(
        path=path.code, member=row, language=text.language, sha256=text.sha256, reviewed_on=today, changed_at=now
    )
    put(review, new)
    review.save()
    _note(NetworkVerb.PATH_REVIEWED, review, by=by, now=now)
    return review.public_id


@transaction.atomic
def answer_review(*, reference: uuid.UUID, words: str, by: Actor, now: datetime) -> None:
    """Say what came of what they said. Raises FieldRefused, EntryUnknown."""
    review = held(PathReview.objects.all(), reference)
    review.answer = values.text("words", words)
    if not review.answer:
        raise FieldRefused("words", Mistake.MISSING)
    review.answered_on, review.changed_at = local_day(now), now
    review.save()
    _note(NetworkVerb.PATH_REVIEW_ANSWERED, review, by=by, now=now)


def _note(verb: NetworkVerb, row: PathReview, *, by: Actor, now: datetime) -> None:
    record(verb=verb, by=by, subject=Subject(kind="path_review", reference=str(row.public_id)), now=now, facts={})
