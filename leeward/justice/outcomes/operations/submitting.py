"""What an authority hands in: a submission for each quarter of its file, and its numbers, whole or not at all."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused
from leeward.justice.outcomes.errors import NoMethod, OutcomesMistake
from leeward.justice.outcomes.models import Authority, Count, HeaderMap, Submission
from leeward.justice.outcomes.operations.verbs import OutcomesVerb, note
from leeward.justice.outcomes.queries.books import total_a_year_before
from leeward.justice.outcomes.queries.codes import newest_method
from leeward.justice.outcomes.queries.maps import codes_under
from leeward.justice.outcomes.rules.files import CountLine, far_from_last_year
from leeward.justice.outcomes.rules.terms import (
    WORDS_LENGTH,
    FileKind,
    MethodKind,
    SubmissionState,
    Warned,
)

ON_ITS_WAY = [SubmissionState.RECEIVED.value, SubmissionState.CHECKED.value]


@transaction.atomic
def hand_in(
    *,
    authority: uuid.UUID,
    kind: FileKind,
    lines: Sequence[CountLine],
    text: str,
    reason: str,
    header_map: uuid.UUID | None = None,
    by: Actor,
    now: datetime,
) -> tuple[uuid.UUID, ...]:
    """Keep the lines of a file that was read, one submission for each quarter; returns their public ids.

    A quarter that was handed in before is replaced, for a `reason` that everybody reads. `header_map`: by which an
    authority's own file was read. Raises NoMethod, MapUnknown, FieldRefused.
    """
    row = Authority.objects.select_for_update().get(public_id=authority)
    method = newest_method(MethodKind(kind.value))
    if method is None:
        raise NoMethod
    why = values.text("reason", reason, most=WORDS_LENGTH)
    offences, codes = codes_under(header_map, kind)
    under = HeaderMap.objects.get(public_id=header_map, authority=row) if header_map else None
    quarters: dict[date, list[CountLine]] = {}
    for each in lines:
        quarters.setdefault(each.start, []).append(each)
    made = []
    for start, own in sorted(quarters.items()):
        rows = Submission.objects.filter(authority=row, kind=kind, period_start=start)
        replaced = rows.filter(state__in=ON_ITS_WAY).update(state=SubmissionState.REPLACED, ended_at=now)
        accepted = rows.filter(state=SubmissionState.ACCEPTED).first()
        if (replaced or accepted) and not why:
            raise FieldRefused("reason", OutcomesMistake.REASON)
        new = Submission.objects.create(
            authority=row, kind=kind, period_start=start, period_end=own[0].end, as_of=own[0].as_of, method=method,
            sha256=hashlib.sha256(text.encode()).hexdigest(), header_map=under,
            replaces=accepted, reason=why,
            warnings=_warnings(authority, kind, own), received_at=now, received_by=who(by),
        )  # fmt: skip
        Count.objects.bulk_create(
            Count(
                submission=new,
                offence=offences[each.offence],
                code=codes.get(each.code),
                basis=each.basis,
                number=each.number,
            )
            for each in own
        )
        made.append(new.public_id)
        note(OutcomesVerb.RECEIVED, "submission", new.public_id, by=by, now=now, kind=kind.value, period=str(start))
    return tuple(made)


def _warnings(authority: uuid.UUID, kind: FileKind, lines: Sequence[CountLine]) -> list[str]:
    number = sum(each.number for each in lines)
    is_far = far_from_last_year(number, total_a_year_before(authority, kind, lines[0].start))
    return [Warned.FAR.value] if is_far else []
