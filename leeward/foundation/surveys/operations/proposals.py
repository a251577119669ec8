"""What two officers do with a wave whose urn was opened: other margins, publication, errata. Each gets its leaf."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, StepRefused
from leeward.foundation.editions import signed
from leeward.foundation.notary.operations import enter
from leeward.foundation.notary.rules.leaves import canonical, digest_of
from leeward.foundation.records import Record
from leeward.foundation.surveys.errors import SurveyMistake
from leeward.foundation.surveys.models import WORDS_LENGTH, Proposal, Wave
from leeward.foundation.surveys.operations.planning import held
from leeward.foundation.surveys.operations.verbs import SurveyVerb, note
from leeward.foundation.surveys.queries import margins_of, state_of
from leeward.foundation.surveys.rules.plans import write_margins
from leeward.foundation.surveys.rules.waves import Proposed, WaveState
from leeward.foundation.surveys.telling import report_of

# Where a wave must stand for each. Margins: only where its weights did not work out.
STATES = {
    Proposed.MARGINS: WaveState.EMPTIED,
    Proposed.RESULTS: WaveState.PRINTED,
    Proposed.ERRATUM: WaveState.PUBLISHED,
}


def propose_margins(
    *, code: str, left_out: Collection[str], joined: Mapping[str, Collection[str]], why: str, by: Actor, now: datetime
) -> None:
    """Propose to leave margins out, or to add up shares of theirs, for a reason that everybody reads.

    No share can be typed: those of the plan stand. Raises FieldRefused, StepRefused.
    """
    said = values.line("why", why, most=WORDS_LENGTH)
    with transaction.atomic():
        wave = _at(code, Proposed.MARGINS, now=now)
        before = margins_of(wave)
        after = [each.joined(joined.get(each.question, ())) for each in before if each.question not in left_out]
        if write_margins(after) == write_margins(before):
            raise FieldRefused("why", SurveyMistake.SAME_MARGINS)
        content: Record = {"wave": code, "plan": wave.plan_sha256, "margins": write_margins(after), "why": said}
        _propose(wave, Proposed.MARGINS, content, by=by, now=now)


def propose_results(*, code: str, by: Actor, now: datetime) -> None:
    """Propose that what was printed is published. Raises StepRefused."""
    with transaction.atomic():
        wave = _at(code, Proposed.RESULTS, now=now)
        _propose(wave, Proposed.RESULTS, report_of(wave), by=by, now=now)


def propose_erratum(*, code: str, place: str, before: str, after: str, reason: str, by: Actor, now: datetime) -> None:
    """Propose to say in public what is wrong in published results, which stay as they are. Raises FieldRefused."""
    said = {"place": place, "before": before, "after": after, "reason": reason}
    checked = {name: values.line(name, typed, most=WORDS_LENGTH) for name, typed in said.items()}
    with transaction.atomic():
        wave = _at(code, Proposed.ERRATUM, now=now)
        _propose(wave, Proposed.ERRATUM, {"wave": code, **checked}, by=by, now=now)


def sign_proposal(*, code: str, sha256: str, by: Actor, now: datetime) -> None:
    """Do what was proposed, as a second person who has seen just that.

    Raises StepRefused, and what `signed.sign` raises.
    """
    with transaction.atomic():
        row, wave = _waiting(code)
        if state_of(wave, now=now) is not STATES[row.kind]:
            raise StepRefused
        signed.sign(row, sha256=sha256, by=by, now=now)
        number = wave.proposals.filter(kind=row.kind, signed_at__isnull=False).count()
        name = code if row.kind is Proposed.RESULTS else f"{code} {number}"
        enter(kind=f"survey-{row.kind.value}", name=name, content=canonical(row.content), now=now)
        if row.kind is Proposed.MARGINS:
            wave.trouble = wave.trouble_about = ""
            wave.save(update_fields=["trouble", "trouble_about"])
        elif row.kind is Proposed.RESULTS:
            wave.published_at = now
            wave.save(update_fields=["published_at"])
        note(SurveyVerb.SIGNED, code, by=by, now=now, what=row.kind.value)


def discard_proposal(*, code: str, why: str, by: Actor, now: datetime) -> None:
    """Throw away what was proposed, for a reason that is kept. Raises StepRefused, FieldRefused."""
    with transaction.atomic():
        row, _wave = _waiting(code)
        signed.discard(row, why=why, by=by, now=now)
        note(SurveyVerb.DISCARDED, code, by=by, now=now, what=row.kind.value)


def _at(code: str, kind: Proposed, *, now: datetime) -> Wave:
    """A wave of which this can be proposed now."""
    wave = held(code)
    is_right = state_of(wave, now=now) is STATES[kind] and (kind is not Proposed.MARGINS or wave.trouble)
    if not is_right or wave.proposals.filter(Proposal.WAITS).exists():
        raise StepRefused
    return wave


def _waiting(code: str) -> tuple[Proposal, Wave]:
    wave = held(code)
    row = wave.proposals.filter(Proposal.WAITS).first()
    if row is None:
        raise StepRefused
    return row, wave


def _propose(wave: Wave, kind: Proposed, content: Record, *, by: Actor, now: datetime) -> None:
    wave.proposals.create(
        kind=kind, content=content, sha256=digest_of(canonical(content)), drafted_at=now, drafted_by=who(by)
    )
    note(SurveyVerb.PROPOSED, wave.code, by=by, now=now, what=kind.value)
