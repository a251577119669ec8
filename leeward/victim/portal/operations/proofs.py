"""What the bank's record must say for each sentence about state of a person's protected pictures."""

import re
from collections.abc import Callable, Iterable, Mapping

from leeward.foundation.days import write_day
from leeward.foundation.labels import mark
from leeward.industry.bank.queries import HashRecord, PictureRecord, SubmissionRecord, read_record
from leeward.industry.bank.rules import REMOVAL_VALUES, AnswerState, FeedbackValue, SubmissionState
from leeward.industry.platforms.queries import all_partners
from leeward.victim.portal.holders import count_held
from leeward.victim.portal.rules.proofs import Proof, Shown

PICTURE = re.compile(r"(?:Picture|Video) (\d+)")


def _of_submission(holds: Callable[[SubmissionRecord, Shown], bool]) -> Proof:
    """Ask the submission under the code; without one no sentence about it is so."""

    def is_so(shown: Shown) -> bool:
        found = read_record(shown.bearer.submission)
        return found is not None and holds(found, shown)

    return is_so


def _of_picture(holds: Callable[[PictureRecord, SubmissionRecord], bool]) -> Proof:
    """Ask the picture whose number stands in the heading."""

    def is_so(found: SubmissionRecord, shown: Shown) -> bool:
        number = PICTURE.fullmatch(shown.heading)
        rows = [each for each in found.pictures if number and each.ordinal == int(number[1])]
        return any(holds(each, found) for each in rows)

    return _of_submission(is_so)


def _of_tag(holds: Callable[[PictureRecord, SubmissionRecord], bool]) -> Proof:
    """Ask the same where the words stand at a picture; other rooms say them of what is theirs."""
    proof = _of_picture(holds)
    return lambda shown: not PICTURE.fullmatch(shown.heading) or proof(shown)


def _of_platform(holds: Callable[[PictureRecord, list[HashRecord], Shown], bool]) -> Proof:
    """Ask what a picture's hashes have been to the platform that the sentence names."""
    return lambda shown: _of_picture(
        lambda picture, _found: holds(
            picture, [each for each in picture.hashes if each.platform == shown.said["platform"]], shown
        )
    )(shown)


def _is_protected(picture: PictureRecord) -> bool:
    return picture.withdrawn_at is None and picture.is_in_list


def _is_taken_out(picture: PictureRecord) -> bool:
    return picture.accepted > 0 and picture.withdrawn_at is None and not _is_protected(picture)


def protects_some(shown: Shown) -> bool:
    """Whether platforms are given the hashes of one picture at least."""
    return _of_submission(lambda found, _shown: not _protects(0, found))(shown)


def _protects(count: int, found: SubmissionRecord) -> bool:
    return sum(_is_protected(each) for each in found.pictures) == count


def _counts_protected(shown: Shown) -> bool:
    """Whether as many pictures are protected as the sentence says."""
    return _of_submission(lambda found, _shown: _protects(int(shown.said["count"]), found))(shown)


def _are_said(value: FeedbackValue, *, but: Iterable[FeedbackValue] = ()) -> Proof:
    """As many answers as the sentence counts: one for each protected picture and platform, the most telling one."""

    def counted(found: SubmissionRecord, shown: Shown) -> bool:
        said = [_said_by_platform(each) for each in found.pictures if _is_protected(each)]
        rows = [words for each in said for words in each.values() if value in words and not words & set(but)]
        return len(rows) == int(shown.said["count"])

    return _of_submission(counted)


def _said_by_platform(picture: PictureRecord) -> dict[str, set[FeedbackValue]]:
    said: dict[str, set[FeedbackValue]] = {}
    for each in picture.hashes:
        if each.said is not None:
            said.setdefault(each.platform, set()).add(each.said)
    return said


def _says(value: FeedbackValue) -> Proof:
    return _of_platform(lambda picture, rows, _shown: _is_protected(picture) and value in {row.said for row in rows})


def _still_has(row: HashRecord) -> bool:
    return row.has_fetched and row.said not in REMOVAL_VALUES


def _was_given(row: HashRecord) -> bool:
    """Whether it was given the hash while the hash stood in the list."""
    return row.owed is not None or (row.is_active and row.has_fetched)


def _has_not_told(picture: PictureRecord, rows: list[HashRecord], _shown: Shown) -> bool:
    """Whether it was given one of the hashes and has not said since that it dropped it."""
    return not _is_protected(picture) and any(
        _was_given(row) and (row.owed is None or row.owed.acknowledged_at is None) for row in rows
    )


def _looks_no_more(picture: PictureRecord, rows: list[HashRecord], _shown: Shown) -> bool:
    """Whether it dropped each hash that it was given; of one that somebody else protects, whether it came since."""
    given = [row for row in rows if _was_given(row)]
    return not _is_protected(picture) and bool(given) and all(_has_dropped(picture, row) for row in given)


def _has_dropped(picture: PictureRecord, row: HashRecord) -> bool:
    if row.owed is not None:
        return row.owed.acknowledged_at is not None and row.owed.stale_at is None
    return picture.withdrawn_at is not None and row.came_at is not None and row.came_at > picture.withdrawn_at


def _is_late(picture: PictureRecord, rows: list[HashRecord], shown: Shown) -> bool:
    owed = [row.owed for row in rows if row.owed is not None]
    return not _is_protected(picture) and any(
        each.stale_at is not None or (each.acknowledged_at is None and each.due_at < shown.now) for each in owed
    )


def _has_expired(picture: PictureRecord, found: SubmissionRecord) -> bool:
    over = found.state is SubmissionState.EXPIRED and picture.accepted > 0
    return over and picture.withdrawn_at is not None and picture.withdrawn_at.date() >= found.expires_on


BLOCKED, PENDING, NOT_BLOCKED = FeedbackValue.BLOCKED, FeedbackValue.PENDING_REVIEW, FeedbackValue.NOT_BLOCKED
PROOFS: Mapping[str, Proof] = {
    mark("Nothing here is protected."): _of_submission(
        lambda found, _shown: not any(each.accepted for each in found.pictures)
    ),
    mark("Nothing here is protected any more."): _of_submission(
        lambda found, _shown: any(each.accepted for each in found.pictures) and _protects(0, found)
    ),
    "%(count)d picture or video protected.": _counts_protected,
    "%(count)d pictures and videos protected.": _counts_protected,
    mark("%(count)d turned up and stopped"): _are_said(BLOCKED),
    mark("%(count)d being checked"): _are_said(PENDING, but=[BLOCKED]),
    mark("%(count)d turned up and not removed"): _are_said(NOT_BLOCKED, but=[BLOCKED, PENDING]),
    mark("Protected until %(date)s."): _of_submission(
        lambda found, shown: (
            found.state is SubmissionState.OPEN
            and any(_is_protected(each) for each in found.pictures)
            and write_day(found.expires_on) == shown.said["date"]
        )
    ),
    mark("You see below how it stands with each platform."): _of_submission(
        lambda found, _shown: _protects(0, found) and any(each.accepted for each in found.pictures)
    ),
    mark("Nothing is kept under this code now."): lambda shown: (
        read_record(shown.bearer.submission) is None and not count_held(shown.bearer, shown.now)
    ),
    "Still protected: %(count)d picture or video.": _counts_protected,
    "Still protected: %(count)d pictures and videos.": _counts_protected,
    mark("Platforms that take part can fetch the fingerprints now. You have done what you can do here."): protects_some,
    "Pictures and videos in your list: %(count)d": _of_submission(
        lambda found, shown: len(found.pictures) == int(shown.said["count"])
    ),
    mark("Taken back"): _of_tag(
        lambda picture, found: picture.withdrawn_at is not None and not _has_expired(picture, found)
    ),
    mark("Its time is over"): _of_tag(_has_expired),
    mark(
        "It could not be used: there is too little in it, or it is a picture that everybody shares. "
        "It was not sent to anyone."
    ): _of_picture(lambda picture, _found: picture.accepted == 0 and not picture.is_in_list),
    mark("Somebody who works here took its fingerprint out of our list. It is not protected."): _of_picture(
        lambda picture, _found: _is_taken_out(picture)
    ),
    mark("No platform fetches our list yet."): _of_picture(
        lambda picture, _found: _is_protected(picture) and all(each.without_list for each in all_partners())
    ),
    mark("No platform that takes part has its fingerprint from you. There is nothing to forget."): _of_picture(
        lambda picture, _found: not _is_protected(picture) and not any(_was_given(each) for each in picture.hashes)
    ),
    mark("A platform and we do not agree about it. It waits for one of us to look into it."): _of_picture(
        lambda picture, _found: _is_protected(picture) and picture.is_in_review
    ),
    AnswerState.NOT_YET.hint: _of_platform(
        lambda picture, rows, _shown: _is_protected(picture) and not any(row.has_fetched for row in rows)
    ),
    AnswerState.WATCHING.hint: _of_platform(
        lambda picture, rows, _shown: _is_protected(picture) and any(_still_has(row) for row in rows)
    ),
    AnswerState.DROPPED.hint: _of_platform(
        lambda picture, rows, _shown: (
            _is_protected(picture)
            and any(row.said in REMOVAL_VALUES for row in rows)
            and not any(_still_has(row) for row in rows)
        )
    ),
    AnswerState.PENDING_REVIEW.hint: _says(PENDING),
    AnswerState.BLOCKED.hint: _says(BLOCKED),
    AnswerState.NOT_BLOCKED.hint: _says(NOT_BLOCKED),
    AnswerState.REMOVAL_ASKED.hint: _of_platform(_has_not_told),
    AnswerState.REMOVAL_DONE.hint: _of_platform(_looks_no_more),
    AnswerState.STALE.hint: _of_platform(_is_late),
}
