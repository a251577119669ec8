"""Alerts: raised by the rule, worded by one person, signed by another, answered by the government's contact."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import date, datetime, time

from django.conf import settings
from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject, who
from leeward.foundation.days import local_day, nation_zone
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.editions import signed
from leeward.foundation.notary.rules.leaves import canonical
from leeward.victim.network.errors import AlertMoved, AlertUnknown, AlertUnwritten, AnswersTooMany, GapUnknown
from leeward.victim.network.models import (
    LONGEST_ANSWER,
    NAME_LENGTH,
    Alert,
    AlertLetter,
    LawGap,
    Tactic,
    WarningPlan,
)
from leeward.victim.network.operations.clocks import paced
from leeward.victim.network.operations.letters import end_letter_links, seal_plan_mailbox
from leeward.victim.network.operations.verbs import NetworkVerb
from leeward.victim.network.queries.alerts import read_plan
from leeward.victim.network.rules.tactics import LONGEST_WORDS, AlertKind, AnswerKind, next_leaving

MOST_ANSWERS = 10
SYSTEM = Actor.system()
type Texts = Mapping[str, str]


def raise_alert(tactic: Tactic, *, kind: AlertKind, since: date, now: datetime) -> None:
    """Let an alert wait for its words, in the transaction of the sighting by which it is due."""
    row = Alert(tactic=tactic, kind=kind, since=since, drafted_at=now, drafted_by=who(SYSTEM))
    row.words = {settings.LANGUAGE_CODE: tactic.words}
    row.sha256 = _digest(row)
    row.save(force_insert=True)
    _note(NetworkVerb.ALERT_RAISED, row, by=SYSTEM, now=now)


def word_alert(*, alert: uuid.UUID, words: Texts, helps: Texts, by: Actor, now: datetime) -> None:
    """Say what is done and what helps now, in each language; whoever does it does not sign it.

    Raises AlertUnknown, AlertMoved, and FieldRefused without the nation's own language.
    """
    with transaction.atomic():
        row = _waiting(alert)
        row.words, row.helps = _texts("words", words), _texts("helps", helps)
        row.drafted_at, row.drafted_by, row.sha256 = now, who(by), _digest(row)
        row.save()
        _note(NetworkVerb.ALERT_WORDED, row, by=by, now=now)


def sign_alert(*, alert: uuid.UUID, sha256: str, by: Actor, now: datetime) -> None:
    """Let an alert leave at the next of the day's two times, as a second person who has read just these words.

    Raises AlertUnknown, AlertMoved, AlertUnwritten, and what `signed.sign` raises.
    """
    with transaction.atomic():
        row = _waiting(alert)
        if not row.helps:
            raise AlertUnwritten
        plan = read_plan()
        leaves = next_leaving(now, times=(plan.first, plan.second), zone=nation_zone())
        row.leaves_at = paced(leaves, since=now)
        signed.sign(row, sha256=sha256, by=by, now=now)
        _note(NetworkVerb.ALERT_SIGNED, row, by=by, now=now)


def discard_alert(*, alert: uuid.UUID, why: str, by: Actor, now: datetime) -> None:
    """Let an alert not leave; the next sighting may raise another. Raises AlertUnknown, AlertMoved, FieldRefused."""
    with transaction.atomic():
        row = _waiting(alert)
        signed.discard(row, why=why, by=by, now=now)
        _note(NetworkVerb.ALERT_DISCARDED, row, by=by, now=now)


def answer_alert(*, letter: int, kind: AnswerKind, words: str, by: Actor, now: datetime) -> None:
    """Keep what the government's contact says; a later answer stands beside the first, and takes nothing back.

    The same again as they said last changes nothing. Raises AlertUnknown, AnswersTooMany, and FieldRefused where it is
    not theirs and they do not say why.
    """
    said = values.line("words", words, most=LONGEST_ANSWER, optional=kind is not AnswerKind.NOT_OURS)
    with transaction.atomic():
        row = AlertLetter.objects.select_for_update(of=("self",)).select_related("alert").filter(pk=letter).first()
        if row is None or row.member_id is not None:
            raise AlertUnknown
        answers = list(row.alert.answers.order_by("at", "pk"))
        if answers and (answers[-1].kind, answers[-1].words) == (kind, said):
            return
        if len(answers) >= MOST_ANSWERS:
            raise AnswersTooMany
        row.alert.answers.create(kind=kind, words=said, at=now)
        _note(NetworkVerb.ALERT_ANSWERED, row.alert, by=by, now=now, kind=kind)


def set_plan(*, office: str, mailbox: str, language: str, first: time, second: time, by: Actor, now: datetime) -> None:
    """Keep when warnings leave and who of the government gets them. `mailbox`: "" leaves it as it is.

    Without an office nobody is written, and the mailbox is forgotten. Another mailbox ends the links that were mailed
    before. Raises FieldRefused.
    """
    name = values.line("office", office, most=NAME_LENGTH, optional=True)
    typed = values.mailbox("mailbox", mailbox, optional=True)
    if second <= first:
        raise FieldRefused("second", Mistake.BEFORE)
    with transaction.atomic():
        row = WarningPlan.objects.select_for_update().first() or WarningPlan()
        row.office, row.language, row.first, row.second, row.changed_at = name, language, first, second, now
        if not name:
            end_letter_links(AlertLetter.objects.filter(member=None), by=by, now=now)
            row.mailbox = ""
        elif typed:
            end_letter_links(AlertLetter.objects.filter(member=None), by=by, now=now)
            seal_plan_mailbox(row, typed)
        elif not row.mailbox:
            raise FieldRefused("mailbox", Mistake.MAILBOX_NEEDED)
        row.save()
        subject = Subject(kind="warning_plan", reference=str(row.public_id))
        record(verb=NetworkVerb.WARNING_PLAN_SET, by=by, subject=subject, now=now, facts={"is_named": bool(name)})


def name_gap(*, gap: uuid.UUID, words: str, by: Actor, now: datetime) -> None:
    """Keep what people meet and the law does not reach. Safe to repeat. Raises FieldRefused."""
    said = values.line("words", words, most=LONGEST_WORDS)
    with transaction.atomic():
        known = {"words": said, "named_on": local_day(now), "changed_at": now}
        _row, is_new = LawGap.objects.get_or_create(public_id=gap, defaults=known)
        if is_new:
            record(verb=NetworkVerb.GAP_NAMED, by=by, subject=_gap(gap), now=now)


def close_gap(*, gap: uuid.UUID, by: Actor, now: datetime) -> None:
    """The law reaches it now, or it is met no more. Safe to repeat. Raises GapUnknown."""
    with transaction.atomic():
        row = LawGap.objects.select_for_update().filter(public_id=gap).first()
        if row is None:
            raise GapUnknown
        if row.closed_on is None:
            row.closed_on, row.changed_at = local_day(now), now
            row.save(update_fields=["closed_on", "changed_at"])
            record(verb=NetworkVerb.GAP_CLOSED, by=by, subject=_gap(gap), now=now)


def _waiting(alert: uuid.UUID) -> Alert:
    row = Alert.objects.select_for_update().filter(public_id=alert).first()
    if row is None:
        raise AlertUnknown
    if row.state is not signed.SignedState.DRAFT:
        raise AlertMoved
    return row


def _texts(field: str, typed: Texts) -> dict[str, str]:
    """One line of at most 280 signs in each language in which one was typed, the nation's own among them."""
    found = {
        language: values.line(f"{field}_{language}", each, most=LONGEST_WORDS)
        for language, each in typed.items()
        if each.strip()
    }
    if settings.LANGUAGE_CODE not in found:
        raise FieldRefused(f"{field}_{settings.LANGUAGE_CODE}", Mistake.MISSING)
    return found


def _digest(row: Alert) -> str:
    said = {"kind": row.kind, "since": row.since.isoformat(), "words": row.words, "helps": row.helps}
    return hashlib.sha256(canonical(said)).hexdigest()


def _gap(gap: uuid.UUID) -> Subject:
    return Subject(kind="law_gap", reference=str(gap))


def _note(verb: NetworkVerb, row: Alert, *, by: Actor, now: datetime, **facts: str) -> None:
    record(verb=verb, by=by, subject=Subject(kind="alert", reference=str(row.public_id)), now=now, facts=facts)
