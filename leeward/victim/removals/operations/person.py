"""What a person's code lets her do with her report, beyond saving answers: begin, open, hand in, appeal, erase."""

import contextlib
import uuid
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.rules.grants import Keyring, PrivateKey
from leeward.victim.file.operations.files import file_to_begin, find_story
from leeward.victim.file.operations.threads import mark_read
from leeward.victim.file.rules.story import Harm, Reporter, Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.portal.operations import begin_bearer, hold, keep_longer
from leeward.victim.portal.rules.tokens import Token
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.errors import ReportUnknown, StepImpossible
from leeward.victim.removals.models import Appeal, Report
from leeward.victim.removals.operations.answers import open_appeal, open_packet
from leeward.victim.removals.operations.reports import (
    OpenReport,
    add_items,
    begin_report,
    erase_report,
    file_report,
    let_desk_in,
    open_report,
    save_consents,
    save_story,
)
from leeward.victim.removals.operations.steps import locked_request, noted
from leeward.victim.removals.rules.beginning import REPORT, Errand
from leeward.victim.removals.rules.decisions import REMOVING, Outcome
from leeward.victim.removals.rules.reports import Consents, Item, Path, Source
from leeward.victim.removals.rules.states import RequestState, Step

PERSON = Actor.person()
FIRST_STORIES = {
    Path.THREAT: Story(everyone_adult=True, harm=Harm.THREATENED),
    Path.FOUND: Story(everyone_adult=True, reporter=Reporter.THIRD_PARTY),
}


def begin_with_new_code(*, token: Token, errand: Errand, language: str, now: datetime, worked: bool = False) -> Bearer:
    """Begin a report with what she answered before, under the code that she has just kept. The same
    token again changes nothing.

    `worked`: whether the small sum was done for it. Raises TokenBroken, CodeTaken, TooManyAtOnce.
    """

    def begin(key: PrivateKey) -> None:
        by = Actor.typist(token.typist) if token.typist else PERSON
        _begin(reference=token.reference, key=key, errand=errand, language=language, by=by, now=now)

    return begin_bearer(token=token, name=REPORT, begin=begin, now=now, worked=worked)


def begin_under_code(*, bearer: Bearer, errand: Errand, language: str, now: datetime) -> Bearer:
    """Begin a report under the code that is open; one that is there already stays as it is."""
    held = bearer.holds.get(REPORT)
    if held and Report.objects.filter(reference=held).exists():
        return bearer
    reference = file_to_begin(bearer)
    with contextlib.suppress(IntegrityError), transaction.atomic():
        _begin(reference=reference, key=bearer.key, errand=errand, language=language, by=bearer.by, now=now)
    return hold(bearer=bearer, name=REPORT, reference=reference)


def hand_in(*, bearer: Bearer, opened: OpenReport, now: datetime) -> None:
    """Hand the report to the desk, and let the code live as long as the report will. Safe to repeat."""
    with transaction.atomic():
        file_report(opened=opened, by=bearer.by, now=now)
        keep_longer(bearer=bearer, now=now)


def open_hers(*, bearer: Bearer, now: datetime) -> OpenReport:
    """Open the report of a code. Raises ReportUnknown where there is none, or none any more."""
    if REPORT not in bearer.holds:
        raise ReportUnknown
    return open_report(reference=bearer.holds[REPORT], keyring=Keyring(bearer.key), by=bearer.by, now=now)


def mark_seen(*, opened: OpenReport, now: datetime) -> None:
    """Note that she has read what the desk wrote. Safe to repeat."""
    if opened.thread:
        mark_read(opened.thread.file, side=Side.TEAM, now=noted(now, by=PERSON))


def let_in(*, bearer: Bearer, opened: OpenReport, now: datetime) -> None:
    """Let the desk that she had stopped in again, and let her code live as long as the report will."""
    with transaction.atomic():
        let_desk_in(opened=opened, keyring=Keyring(bearer.key), by=bearer.by, now=now)
        keep_longer(bearer=bearer, now=now)


def may_appeal(*, state: RequestState, outcome: Outcome | None) -> bool:
    """Whether there is an answer that she can ask to have looked at again."""
    return state is RequestState.DECIDED and outcome is not None and outcome not in REMOVING


def appeal(*, bearer: Bearer, ordinal: int, words: str, now: datetime) -> None:
    """Ask the platform to look at its answer again; asking twice is asking once.

    Raises RequestUnknown, StepImpossible, and the vault's NotGranted.
    """
    with transaction.atomic():
        row = locked_request(report__reference=bearer.holds.get(REPORT), ordinal=ordinal)
        if row.state == RequestState.APPEALED:
            return
        outcome = row.last_outcome
        if row.notice is None or not may_appeal(state=row.state, outcome=outcome):
            raise StepImpossible(state=row.state, step=Step.APPEALED)
        packet = open_packet(row.notice, keyring=Keyring(bearer.key), by=bearer.by, now=now)
        open_appeal(row, appeal_side=Appeal.Side.PERSON, words=words, packet=packet, by=bearer.by, now=now)


def erase_hers(bearer: Bearer, now: datetime) -> None:
    """Erase the report of a code, with its keys first. Safe to repeat."""
    if REPORT in bearer.holds:
        erase_report(reference=bearer.holds[REPORT], by=bearer.by, now=now)


def _begin(
    *,
    reference: uuid.UUID,
    key: PrivateKey,
    errand: Errand,
    language: str,
    by: Actor,
    now: datetime,
) -> None:
    source = Source.PHONE if by.kind is ActorKind.TYPIST else Source.WEB
    opened = begin_report(
        reference=reference, key=key, path=errand.path, source=source, language=language, by=by, now=now
    )
    told = find_story(opened.file)
    if told == Story():  # what she has told another room already stays as it is
        told = FIRST_STORIES.get(errand.path, Story())
    save_story(opened=opened, story=replace(told, everyone_adult=True), by=by, now=now)
    if errand.agrees:
        save_consents(opened=opened, consents=Consents(notices=True), by=by, now=now)
    if errand.places:
        add_items(opened=opened, items=[Item(url=place) for place in errand.places], by=by, now=now)
