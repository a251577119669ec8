"""What officers do with a wave before its urn is opened: draft, plan, permit, draw codes, give up."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused, Mistake, StepRefused
from leeward.foundation.notary.operations import enter
from leeward.foundation.notary.rules.leaves import canonical, digest_of
from leeward.foundation.records import Record
from leeward.foundation.surveys.errors import SurveyMistake
from leeward.foundation.surveys.models import LINE_LENGTH, WORDS_LENGTH, Box, Invitation, Questionnaire, Wave, WaveFile
from leeward.foundation.surveys.operations.verbs import SurveyVerb, note
from leeward.foundation.surveys.queries import state_of
from leeward.foundation.surveys.rules.plans import Plan, read_plan, write_plan
from leeward.foundation.surveys.rules.printing import Drawn
from leeward.foundation.surveys.rules.questionnaire import Questionnaire as Questions
from leeward.foundation.surveys.rules.questionnaire import (
    read_questionnaire,
    write_questionnaire,
)
from leeward.foundation.surveys.rules.waves import (
    INVITED_MOST,
    Permit,
    WaveDraft,
    WaveState,
    Way,
    digest_of_code,
    draw_code,
)

CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")
OPEN_MOST = timedelta(days=92)  # short waves: whoever holds the teller's key could look early


def keep_questionnaire(*, code: str, data: object, by: Actor, now: datetime) -> Questionnaire:
    """Keep a questionnaire as its next version; return the newest where nothing has changed. Raises FieldRefused."""
    if not CODE.fullmatch(code):
        raise FieldRefused("code", SurveyMistake.CODE)
    written = write_questionnaire(read_questionnaire(data))
    sha256 = digest_of(canonical(written))
    with transaction.atomic():
        newest = Questionnaire.objects.select_for_update().filter(code=code).order_by("-version").first()
        if newest is not None and newest.sha256 == sha256:
            return newest
        row = Questionnaire.objects.create(
            code=code,
            version=newest.version + 1 if newest else 1,
            data=written,
            sha256=sha256,
            made_at=now,
            made_by=who(by),
        )
        note(SurveyVerb.QUESTIONNAIRE, code, by=by, now=now, version=row.version)
    return row


def draft_wave(*, new: WaveDraft, by: Actor, now: datetime, seen: str = "") -> Wave:
    """Draft a wave, or change the one whose code is `seen` while it is a draft. Raises FieldRefused, StepRefused."""
    questionnaire = Questionnaire.objects.filter(pk=new.questionnaire).first()
    if questionnaire is None:
        raise FieldRefused("questionnaire", Mistake.GONE)
    questions = read_questionnaire(questionnaire.data)
    kept = _check_draft(new, now=now)
    with transaction.atomic():
        row = held(seen) if seen else Wave(drafted_at=now, plan=_plan_before(questionnaire))
        if seen and state_of(row, now=now) is not WaveState.DRAFTED:
            raise StepRefused
        if Wave.objects.filter(code=new.code).exclude(pk=row.pk).exists():
            raise FieldRefused("code", SurveyMistake.TAKEN)
        for name, value in {**kept, "questionnaire": questionnaire}.items():
            setattr(row, name, value)
        _put_plan(row, row.plan if new.plan is None else new.plan, questions, by=by)
        row.save()
        note(SurveyVerb.DRAFTED, row.code, by=by, now=now)
    return row


def change_plan(*, code: str, plan: Mapping[str, object], by: Actor, now: datetime) -> None:
    """Plan other tables, codings or margins of a wave that is a draft. Raises FieldRefused, StepRefused."""
    with transaction.atomic():
        row = held(code)
        if state_of(row, now=now) is not WaveState.DRAFTED:
            raise StepRefused
        _put_plan(row, plan, read_questionnaire(row.questionnaire.data), by=by)
        row.save(update_fields=["plan", "plan_sha256", "drafted_by"])
        note(SurveyVerb.DRAFTED, code, by=by, now=now)


def permit_wave(*, code: str, permit: Permit, by: Actor, now: datetime) -> None:
    """Permit a wave as a second person: from then on its questions, its plan and its days stand fast.

    Raises FieldRefused, StepRefused where it is not a draft.
    """
    body = values.line("body", permit.body, most=LINE_LENGTH)
    reference = values.line("reference", permit.reference, most=LINE_LENGTH)
    with transaction.atomic():
        row = held(code)
        if state_of(row, now=now) is not WaveState.DRAFTED:
            raise StepRefused
        if row.drafted_by == who(by):
            raise FieldRefused("body", SurveyMistake.SAME_HANDS)
        if not row.plan["tables"]:
            raise FieldRefused("body", SurveyMistake.NO_TABLES)
        if row.closes_at <= now or permit.until < row.closes_at.date():
            raise FieldRefused("until", SurveyMistake.ENDS)
        row.permitted_at, row.permitted_by = now, who(by)
        row.permit_body, row.permit_reference, row.permit_until = body, reference, permit.until
        _enter(row, now=now)
        row.save()
        note(SurveyVerb.PERMITTED, code, by=by, now=now, plan=row.plan_sha256[:24])


def held(code: str) -> Wave:
    """A wave, held until the caller's transaction ends. Raises EntryUnknown."""
    row = Wave.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise EntryUnknown
    return row


def draw_codes(*, code: str, number: int, by: Actor, now: datetime) -> list[str]:
    """Draw codes for letters and return them, once: we keep keyed digests alone. Raises StepRefused, FieldRefused."""
    with transaction.atomic():
        row = held(code)
        if row.way is not Way.CODES or state_of(row, now=now) not in (WaveState.PERMITTED, WaveState.OPEN):
            raise StepRefused
        if not 0 < number <= INVITED_MOST - row.invited:
            raise FieldRefused("number", SurveyMistake.TOO_MANY, about=INVITED_MOST - row.invited)
        codes = [draw_code() for _ in range(number)]
        Invitation.objects.bulk_create(
            [Invitation(wave=row, digest=code_digest(each, wave=row)) for each in codes], batch_size=1_000
        )
        row.invited += number
        row.save(update_fields=["invited"])
        note(SurveyVerb.INVITED, code, by=by, now=now, codes=number)
    return codes


def code_digest(code: str, *, wave: Wave) -> str:
    """The digest under which a wave knows a code."""
    return digest_of_code(code, wave=str(wave.public_id), key=settings.LEEWARD_INDEX_KEY)


def abandon_wave(*, code: str, why: str, by: Actor, now: datetime) -> None:
    """Give a wave up: all answers are erased, and the reason is public. Raises StepRefused once it is published."""
    said = values.line("why", why, most=WORDS_LENGTH)
    with transaction.atomic():
        row = held(code)
        if row.published_at is not None or row.abandoned_at is not None:
            raise StepRefused
        erase_answers(row)
        row.abandoned_at, row.abandoned_why = now, said
        row.save(update_fields=["abandoned_at", "abandoned_why"])
        note(SurveyVerb.ABANDONED, code, by=by, now=now)


def erase_answers(row: Wave) -> None:
    """Erase what was answered and every code, in the caller's transaction."""
    for table in (Box, Invitation, WaveFile):
        rows = table.objects.filter(wave=row)
        rows._raw_delete(rows.db)  # noqa: SLF001  # one statement; nothing hangs on these rows


def _check_draft(new: WaveDraft, *, now: datetime) -> Mapping[str, object]:
    if not CODE.fullmatch(new.code):
        raise FieldRefused("code", SurveyMistake.CODE)
    if new.closes_at <= max(new.opens_at, now):
        raise FieldRefused("closes_at", Mistake.BEFORE)
    if new.closes_at - new.opens_at > OPEN_MOST:
        raise FieldRefused("closes_at", SurveyMistake.LONG_OPEN, about=OPEN_MOST.days)
    if (new.way is Way.OPEN) is not (new.drawn is Drawn.OPEN):
        raise FieldRefused("drawn", SurveyMistake.DRAWN)
    assumption = values.text("assumption", new.assumption, most=WORDS_LENGTH)
    if new.drawn is Drawn.QUOTA and not assumption:
        raise FieldRefused("assumption", Mistake.MISSING)
    population = values.text("population", new.population, most=WORDS_LENGTH)
    if not population:
        raise FieldRefused("population", Mistake.MISSING)
    return {
        **{name: getattr(new, name) for name in ("code", "drawn", "way", "opens_at", "closes_at")},
        "title": values.titles("title", new.title, main_language=settings.LANGUAGE_CODE),
        "population": population,
        "assumption": assumption,
    }


def _plan_before(questionnaire: Questionnaire) -> Record:
    """With what a wave begins: the plan of the newest one of the same questionnaire, so that both can be compared."""
    before = Wave.objects.filter(questionnaire__code=questionnaire.code).order_by("-drafted_at", "-pk").first()
    try:
        return write_plan(read_plan(before.plan if before else {}, read_questionnaire(questionnaire.data)))
    except FieldRefused:  # its questions have changed
        return write_plan(Plan())


def _put_plan(row: Wave, plan: Mapping[str, object], questions: Questions, *, by: Actor) -> None:
    row.plan = write_plan(read_plan(plan, questions))
    row.plan_sha256 = digest_of(canonical(_frozen(row)))
    row.drafted_by = who(by)


def _frozen(row: Wave) -> Record:
    """What stands fast once a wave is permitted, as the public log has it."""
    return {
        "wave": row.code,
        "population": row.population,
        "assumption": row.assumption,
        "drawn": row.drawn.value,
        "way": row.way.value,
        "open": [at.astimezone(UTC).isoformat() for at in (row.opens_at, row.closes_at)],
        "plan": row.plan,
        "questionnaire": row.questionnaire.sha256,
    }


def _enter(row: Wave, *, now: datetime) -> None:
    """Enter a wave's plan into the public log, before the first answer, and its questionnaire where it is not there."""
    used = row.questionnaire
    if not Wave.objects.filter(questionnaire=used, permitted_at__isnull=False).exists():
        enter(kind="questionnaire", name=f"{used.code} {used.version}", content=canonical(used.data), now=now)
    enter(kind="survey-plan", name=row.code, content=canonical(_frozen(row)), now=now)
