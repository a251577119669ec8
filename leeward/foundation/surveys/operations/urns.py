"""The urn: answers are sealed to the teller as they come, and opened once, together, when the wave is over.

What the web process keeps of an answer is one row: a random key, the wave, and a box that it cannot open. Everything
else happens in the teller, in one transaction a step, so that a teller that is killed has done a step wholly or not.
"""

import base64
import json
import secrets
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import F

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused, StepRefused
from leeward.foundation.notary.operations import enter
from leeward.foundation.notary.rules.leaves import canonical
from leeward.foundation.surveys.errors import SurveyMistake
from leeward.foundation.surveys.models import Box, Printed, Wave, WaveFile
from leeward.foundation.surveys.operations.planning import code_digest, erase_answers
from leeward.foundation.surveys.operations.verbs import SurveyVerb, note
from leeward.foundation.surveys.queries import margins_of, state_of
from leeward.foundation.surveys.rules.estimates import Sample
from leeward.foundation.surveys.rules.files import DeliveredRow
from leeward.foundation.surveys.rules.plans import read_plan
from leeward.foundation.surveys.rules.printing import Answered, print_deff, print_tables
from leeward.foundation.surveys.rules.questionnaire import Answers, check_answers, read_questionnaire
from leeward.foundation.surveys.rules.waves import BOXES_MOST, PEOPLE_LEAST, WaveState, Way
from leeward.foundation.surveys.rules.weights import check_base, rake
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations import ServiceKeys, open_sealed, seal_to, service_grantee
from leeward.foundation.vault.rules.grants import Service
from leeward.foundation.vault.service_boxes import ServiceBoxes

BOX_BYTES = 2_048  # every single answer fills as much, or a whole multiple
ROWS_A_BOX = 500
JUNK_AT_ONCE = 500
TELLER = Actor.system()


def box_place(wave: Wave) -> str:
    """Where a wave's boxes belong; they open nowhere else."""
    return f"surveys.box:{wave.public_id}"


def file_place(wave: Wave) -> str:
    """Where a wave's file belongs."""
    return f"surveys.file:{wave.public_id}"


BOXES = ServiceBoxes(
    service=Service.TELLER,
    rows=lambda: Box.objects.select_related("wave"),
    column="sealed",
    place_of=lambda row: box_place(row.wave),
)
FILES = ServiceBoxes(
    service=Service.TELLER,
    rows=lambda: WaveFile.objects.select_related("wave"),
    column="sealed",
    place_of=lambda row: file_place(row.wave),
)


def put_answer(*, wave: Wave, sent: Mapping[str, object], code: str, now: datetime) -> None:
    """Seal one person's answers into the urn. Nothing is written but the box.

    Raises AnswersRefused where the questionnaire does not know them, and nothing is kept; StepRefused where the wave is
    not open; FieldRefused where the urn is full.
    """
    answers = check_answers(read_questionnaire(wave.questionnaire.data), sent)
    if state_of(wave, now=now) is not WaveState.OPEN or wave.way is Way.FILE:
        raise StepRefused
    said: dict[str, object] = {"rows": [{"answers": answers}]}
    if wave.way is Way.CODES:
        # When it was said is sealed with it, so that the last of one code's boxes counts; the teller forgets it.
        said |= {"code": code, "at": now.isoformat()}
    text = json.dumps(said, separators=(",", ":"))
    sealed_text = text + " " * (-(len(text) + 1) % BOX_BYTES)
    if wave.is_full:
        raise FieldRefused("code", SurveyMistake.FULL)
    sealed = seal_to(service_grantee(Service.TELLER), sealed_text, place=box_place(wave))
    Box.objects.create(wave=wave, sealed=sealed)


def put_file(*, code: str, rows: Sequence[DeliveredRow], by: Actor, now: datetime) -> None:
    """Seal a file of answers, already checked, into the urn. Raises StepRefused where the wave takes none now."""
    with transaction.atomic():
        wave = Wave.objects.select_for_update().get(code=code)
        if wave.way is not Way.FILE or state_of(wave, now=now) is not WaveState.OPEN or wave.delivered:
            raise StepRefused
        grantee, place = service_grantee(Service.TELLER), box_place(wave)
        parts = [rows[start : start + ROWS_A_BOX] for start in range(0, len(rows), ROWS_A_BOX)]
        Box.objects.bulk_create(
            Box(wave=wave, sealed=seal_to(grantee, json.dumps({"rows": part}), place=place)) for part in parts
        )
        wave.delivered = len(rows)
        wave.save(update_fields=["delivered"])
        note(SurveyVerb.DELIVERED, code, by=by, now=now, answers=len(rows))


def tell_due(*, teller: ServiceKeys, now: datetime) -> int:
    """Do what waits for the teller: empty closed urns, print what was emptied, forget files whose time is over.

    It is also who counts boxes: whoever sends one need not, and the row of a wave changes once, when its urn is full.
    """
    done = 0
    for wave in Wave.objects.filter(opens_at__lte=now, closes_at__gt=now, is_full=False).exclude(way=Way.FILE):
        if wave.boxes.count() >= BOXES_MOST:
            done += _remove_junk(wave.pk, teller=teller) if wave.way is Way.CODES else 0
            if wave.boxes.count() >= BOXES_MOST:
                done += Wave.objects.filter(pk=wave.pk).update(is_full=True)
    closed = Wave.objects.filter(
        permitted_at__isnull=False, closes_at__lte=now, emptied_at__isnull=True, abandoned_at__isnull=True
    )
    for pk in list(closed.order_by("closes_at").values_list("pk", flat=True)):
        done += empty_urn(pk, teller=teller, now=now)
    waiting = Wave.objects.filter(
        emptied_at__isnull=False, printed_at__isnull=True, abandoned_at__isnull=True, trouble=""
    )
    for pk in list(waiting.order_by("emptied_at").values_list("pk", flat=True)):
        done += print_wave(pk, teller=teller, now=now)
    over = WaveFile.objects.filter(wave__permit_until__lt=local_day(now))
    for pk in list(over.values_list("wave", flat=True)):
        done += _forget_file(pk, now=now)
    return done


@transaction.atomic
def empty_urn(pk: int, *, teller: ServiceKeys, now: datetime) -> int:
    """Open all boxes of a wave that is over, shuffle what they hold, and seal it as one file; 0 if there is none.

    Fewer than 30 people are erased uncounted. Boxes and codes go in the same transaction.
    """
    wave = Wave.objects.select_for_update().select_related("questionnaire").get(pk=pk)
    if state_of(wave, now=now) is not WaveState.CLOSED:
        return 0
    kept, junk = _sift(wave, teller=teller)
    rows = [row for box in kept for row in box["rows"]]
    erase_answers(wave)
    wave.emptied_at, wave.people, wave.dropped = now, len(rows), wave.dropped + len(junk)
    if len(rows) < PEOPLE_LEAST:
        wave.abandoned_at, wave.abandoned_why, wave.people = now, "", 0
    else:
        secrets.SystemRandom().shuffle(rows)
        WaveFile.objects.create(wave=wave, sealed=seal_to(teller.present.grantee, _pack(rows), place=file_place(wave)))
    wave.save(update_fields=["emptied_at", "people", "dropped", "abandoned_at", "abandoned_why"])
    opening = {"wave": wave.code, "plan": wave.plan_sha256, "answers": wave.people, "dropped": wave.dropped}
    enter(kind="survey-opening", name=wave.code, content=canonical(opening), now=now)
    note(SurveyVerb.EMPTIED, wave.code, by=TELLER, now=now, answers=wave.people, dropped=wave.dropped)
    return 1


@transaction.atomic
def _remove_junk(pk: int, *, teller: ServiceKeys) -> int:
    """Remove the boxes of a full urn that cannot count, so that nobody without a code fills it; 0 if there are none.

    The answers of the others stay sealed as they are.
    """
    wave = Wave.objects.select_for_update().get(pk=pk)
    _kept, junk = _sift(wave, teller=teller)
    for part in batched(junk, JUNK_AT_ONCE):
        Box.objects.filter(pk__in=part).delete()
    Wave.objects.filter(pk=pk).update(dropped=F("dropped") + len(junk))
    return int(bool(junk))


def _sift(wave: Wave, *, teller: ServiceKeys) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return what counts of a wave's boxes, opened, and the keys of the rows that do not.

    Without a valid code nothing counts where codes are asked for, and of one code's boxes the last counts.
    """
    valid = set(wave.invitations.values_list("digest", flat=True))
    place, kept, by_code, junk = box_place(wave), [], dict[str, tuple[Any, dict[str, Any]]](), []
    for pk, sealed in wave.boxes.values_list("pk", "sealed").iterator():
        try:
            said = json.loads(open_sealed(teller, sealed, place=place))
        except SealBroken:  # a row that was changed or put there by hand
            junk.append(pk)
            continue
        if wave.way is not Way.CODES:
            kept.append(said)
            continue
        digest = code_digest(said["code"], wave=wave)
        if digest not in valid:
            junk.append(pk)
            continue
        before = by_code.get(digest)
        if before is not None and before[1]["at"] >= said["at"]:
            junk.append(pk)
            continue
        if before is not None:
            junk.append(before[0])
        by_code[digest] = (pk, said)
    return kept + [said for _pk, said in by_code.values()], junk


@transaction.atomic
def print_wave(pk: int, *, teller: ServiceKeys, now: datetime) -> int:
    """Weigh a wave and print the tables of its plan; what is wrong with its margins is kept as its trouble."""
    wave = Wave.objects.select_for_update().select_related("questionnaire").get(pk=pk)
    if state_of(wave, now=now) is not WaveState.EMPTIED or wave.trouble:
        return 0
    questions = read_questionnaire(wave.questionnaire.data)
    rows = _unpack(open_sealed(teller, wave.file.sealed, place=file_place(wave)))
    answers: list[Answers] = [
        {name: tuple(said) if isinstance(said, list) else said for name, said in row["answers"].items()} for row in rows
    ]
    try:
        sample = weigh(rows, answers, wave)
    except FieldRefused as error:
        wave.trouble, wave.trouble_about = error.code.value, str(error.about.get("about", ""))[:200]
        wave.save(update_fields=["trouble", "trouble_about"])
        return 1
    answered = Answered(rows=answers, sample=sample)
    plan = read_plan(wave.plan, questions)
    cells = print_tables(plan, questions, answered, drawn=wave.drawn)
    Printed.objects.filter(wave=wave).delete()
    Printed.objects.bulk_create(
        [
            Printed(
                wave=wave,
                position=position,
                **{name: value for name, value in vars(cell).items() if name != "status"},
                status=cell.status.value,
            )
            for position, cell in enumerate(cells)
        ],
        batch_size=500,
    )
    wave.deff, wave.printed_at = print_deff(plan, questions, answered), now
    wave.save(update_fields=["deff", "printed_at"])
    note(SurveyVerb.PRINTED, wave.code, by=TELLER, now=now, cells=len(cells))
    return 1


def weigh(rows: Sequence[DeliveredRow], answers: Sequence[Answers], wave: Wave) -> Sample:
    """The sample with its raked weights and its design. Raises FieldRefused."""
    weights = check_base([row.get("weight", 1.0) for row in rows])
    margins = margins_of(wave)
    said = {margin.question: [str(row.get(margin.question) or "") for row in answers] for margin in margins}
    raked = rake(weights, margins, said) if margins else weights
    if "cluster" not in rows[0] and "stratum" not in rows[0]:
        return Sample.plain(raked)
    strata = np.unique([str(row.get("stratum", "")) for row in rows], return_inverse=True)[1]
    own = [f"{row.get('stratum', '')}/{row.get('cluster', number)}" for number, row in enumerate(rows)]
    return Sample(weights=raked, strata=strata, clusters=np.unique(own, return_inverse=True)[1])


@transaction.atomic
def _forget_file(pk: int, *, now: datetime) -> int:
    wave = Wave.objects.select_for_update().get(pk=pk)
    deleted = WaveFile.objects.filter(wave=wave).delete()[0]
    if deleted:
        note(SurveyVerb.FORGOTTEN, wave.code, by=TELLER, now=now)
    return deleted


def _pack(rows: Sequence[DeliveredRow]) -> str:
    return base64.b64encode(zlib.compress(json.dumps(rows, separators=(",", ":")).encode())).decode()


def _unpack(text: str) -> list[DeliveredRow]:
    found: list[DeliveredRow] = json.loads(zlib.decompress(base64.b64decode(text)))
    return found
