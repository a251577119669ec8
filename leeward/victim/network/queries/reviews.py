"""Which page of advice was read by people whom it concerns, and what they said: for everybody, and for who is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import OperationalError

from leeward.foundation.editing.history import held
from leeward.foundation.pages.queries import InForce, in_force_in, texts_in_force
from leeward.foundation.rows import read_row
from leeward.foundation.web.words import language as name_language
from leeward.victim.file.rules.paths import PATHS, PathRow, SupportPath
from leeward.victim.network.models import PathReview
from leeward.victim.network.rules.reviews import NewReview, ReviewState, state_of

MOST = 500


@dataclass(frozen=True, kw_only=True)
class ReviewLine(NewReview):
    """The last word of one member on one path. `answer`: what came of it, "" as long as nobody has said."""

    reference: UUID
    member: UUID
    name: str
    language: str
    reviewed_on: date
    answer: str
    answered_on: date | None
    state: ReviewState

    @property
    def spoken(self) -> str:
        """What the language is called in which they read the page."""
        return name_language(self.language)


@dataclass(frozen=True, kw_only=True)
class PathLine:
    """One path with its page in the reader's language, and what members said of it, the newest first."""

    row: PathRow
    shown: InForce
    reviews: Sequence[ReviewLine]

    @property
    def state(self) -> ReviewState:
        """How its page stands with those whom it concerns: as the best review of the text that is shown."""
        states = {each.state for each in self.reviews if each.language == self.shown.text.language}
        return next((state for state in ReviewState if state in states), ReviewState.NOBODY)


def list_paths(*, language: str, today: date) -> tuple[PathLine, ...]:
    """Every path, in its order."""
    pages = texts_in_force([row.page for row in PATHS], language)
    reviews = _reviews([row.code for row in PATHS], today=today)
    return tuple(PathLine(row=row, shown=pages[row.page], reviews=reviews[row.code]) for row in PATHS)


def read_path(code: str, *, language: str, today: date) -> PathLine | None:
    """One path; None where there is no such path."""
    return next((each for each in list_paths(language=language, today=today) if each.row.code.value == code), None)


def reviews_of_page(page: str, *, language: str, today: date) -> Sequence[ReviewLine] | None:
    """What holds of what was said of a page of advice in this language; None for another, or without a database."""
    row = next((row for row in PATHS if row.page == page), None)
    if row is None:
        return None
    try:
        found = _reviews([row.code], today=today)[row.code]
    except OperationalError:
        return None
    return [each for each in found if each.language == language and each.state is ReviewState.IN_DATE]


def read_review(reference: UUID) -> PathReview:
    """One review. Raises EntryUnknown."""
    return held(PathReview.objects.select_related("member"), reference)


def _reviews(codes: Sequence[SupportPath], *, today: date) -> Mapping[SupportPath, list[ReviewLine]]:
    """By path, the last word of each member."""
    rows = PathReview.objects.filter(path__in=codes).select_related("member").order_by("-reviewed_on", "-changed_at")
    found: dict[SupportPath, list[ReviewLine]] = {code: [] for code in codes}
    pages = {row.code: row.page for row in PATHS}
    digests: dict[tuple[str, str], str] = {}
    for row in rows[:MOST]:
        if any(each.member == row.member.public_id for each in found[row.path]):
            continue
        key = (pages[row.path], row.language)
        if key not in digests:
            shown = in_force_in(*key)
            digests[key] = shown.text.sha256 if shown else ""
        found[row.path].append(
            read_row(
                ReviewLine,
                row,
                reference=row.public_id,
                member=row.member.public_id,
                name=row.member.name,
                state=state_of(review_on=row.review_on, read=row.sha256, now=digests[key], today=today),
            )
        )
    return found
