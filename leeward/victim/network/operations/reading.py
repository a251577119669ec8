"""A referral with what one's keys open of it: word for word what each receiver gets, and what they asked."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.rules.parcels import Stage
from leeward.foundation.vault.operations import open_files
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.network.errors import ReferralUnknown, WhyNot, YesMissing
from leeward.victim.network.models import Referral, Turn
from leeward.victim.network.operations.letters import mail_stage
from leeward.victim.network.queries.meetings import ActionLine, read_actions
from leeward.victim.network.queries.members import what_speaks_against
from leeward.victim.network.queries.referrals import (
    ReferralLine,
    Spoken,
    TurnLine,
    find_referral,
    read_talk,
    referrals_of,
)
from leeward.victim.network.rules.members import Kind
from leeward.victim.network.rules.releases import Release, Without, Yes
from leeward.victim.network.rules.turns import OPEN, TAKEN_ON, ReferralState, TurnState

RECEIPT = "leeward-receipt:1"
# After these somebody had said that they will help: what came of it, the person can say too.
HELPED = TAKEN_ON | {TurnState.DONE, TurnState.FAILED}


@dataclass(frozen=True, kw_only=True)
class ReadTurn:
    """One turn: where it stands, what its receiver gets, what they asked and were answered, what a meeting decided.

    `why_not`: what speaks against asking them, until it is their turn. `mail`: where the last mail about it is, while
    it is with them.
    """

    line: TurnLine
    release: Release
    talk: tuple[Spoken, ...]
    actions: tuple[ActionLine, ...] = ()
    why_not: tuple[WhyNot, ...] = ()
    mail: Stage | None = None

    @property
    def had_helped(self) -> bool:
        """Whether they had said that they will help."""
        return self.line.state in HELPED or self.line.code == "not_begun"


@dataclass(frozen=True, kw_only=True)
class ReadReferral:
    """A referral as these keys open it, its turns in the person's order. `yes`: None until they said it.

    `without`: why it is passed on without it; None for all others.
    """

    line: ReferralLine
    turns: tuple[ReadTurn, ...]
    yes: Yes | None = field(default=None)
    without: Without | None = field(default=None)

    @property
    def asking(self) -> ReadTurn | None:
        """The turn whose receiver waits for an answer."""
        return next((turn for turn in self.turns if turn.line.state is TurnState.ASKED), None)


def read_referral(*, referral: UUID, keyring: Keyring, by: Actor, now: datetime) -> ReadReferral:
    """Read a referral, for the person and for the team that prepared it. Raises ReferralUnknown."""
    line = find_referral(referral, now=now)
    if line is None:
        raise ReferralUnknown
    files = [line.reference, *(turn.reference for turn in line.turns)]
    opened = open_files(files, keyring, by=by, now=now)
    if len(opened) < len(files):
        raise ReferralUnknown
    row = Referral.objects.get(reference=referral)
    against: Mapping[UUID, tuple[WhyNot, ...]] = {}
    if line.state is ReferralState.DRAFTED:
        against = what_speaks_against(line.kind, now=now)
    releases = {turn.reference: turn for turn in Turn.objects.filter(referral=row)}
    return ReadReferral(
        line=line,
        turns=tuple(
            ReadTurn(
                line=turn,
                release=Release.from_text(releases[turn.reference].unbox(opened[turn.reference], "release")),
                talk=read_talk(turn.reference, opened[turn.reference]),
                actions=read_actions(turn.reference, opened[turn.reference]) if line.kind is Kind.MEETING else (),
                why_not=against.get(turn.service, () if turn.has_reader or turn.state in OPEN else (WhyNot.UNREAD,)),
                mail=mail_stage(releases[turn.reference]) if turn.state in OPEN else None,
            )
            for turn in line.turns
        ),
        yes=Yes.from_text(row.unbox(opened[row.reference], "yes")) if row.yes else None,
        without=Without.from_text(row.unbox(opened[row.reference], "without")) if row.without else None,
    )


def read_referrals(*, file: UUID, keyring: Keyring, by: Actor, now: datetime) -> tuple[ReadReferral, ...]:
    """All referrals of one file of theirs, the newest first; those that the keys do not open are left out."""
    found: list[ReadReferral] = []
    for line in referrals_of(file, now=now):
        with contextlib.suppress(ReferralUnknown):
            found.append(read_referral(referral=line.reference, keyring=keyring, by=by, now=now))
    return tuple(found)


def receipt_of(read: ReadReferral, *, asked_by: str) -> dict[str, object]:
    """A receipt of the person's yes, for a machine to read: its parts are named after those of ISO/IEC TS 27560.

    It does not claim to conform to it. `asked_by`: who asked for the yes, by name. Raises YesMissing before it.
    """
    line, yes = read.line, read.yes
    if yes is None or line.agreed_at is None:
        raise YesMissing
    is_over = line.state is ReferralState.WITHDRAWN
    return {
        "spec": RECEIPT,
        "after": "ISO/IEC TS 27560:2023 (field names; conformance is not claimed)",
        "record_id": str(line.reference),
        "pii_processing": {
            "purpose": str(line.kind.label),
            "purpose_code": line.kind,
            "lawful_basis": "consent",
            "processing": "Each recipient reads it when it is their turn, one after the other, and only then.",
            "recipients": [
                {
                    "order": turn.line.position,
                    "name": turn.line.name,
                    "pii_types": [str(each.label) for each in turn.release.texts],
                    "must_pass_on": turn.line.passes_on,
                    "must_pass_on_to": [str(each.label) for each in turn.line.passes_to],
                }
                for turn in read.turns
            ],
            "retention_until": line.until.isoformat(),
            "withdrawal": "At any time, under the person's code, or by asking whoever asked for the consent.",
        },
        "parties": [
            {"role": "pii_controller", "name": asked_by},
            {"role": "pii_principal", "name": "the holder of the code"},
        ],
        "events": [
            {"event": "given", "at": line.agreed_at.isoformat(), "by": yes.by, "words": yes.words},
            *([{"event": "withdrawn", "at": line.ended_at.isoformat()}] if is_over and line.ended_at else ()),
        ],
        "state": "withdrawn" if is_over else "given",
    }


def record_of(read: ReadReferral) -> dict[str, object]:
    """A referral for a machine to read, in the person's own copy of everything."""
    line = read.line
    return {
        "for": line.kind,
        "state": line.state,
        "begun_at": line.begun_at.isoformat(),
        "agreed_at": line.agreed_at.isoformat() if line.agreed_at else None,
        "agreed_by": read.yes.by if read.yes else None,
        "without_your_yes": json.loads(read.without.to_text()) if read.without else None,
        "until": line.until.isoformat(),
        "asked": [
            {
                "name": turn.line.name,
                "state": turn.line.state,
                "since": turn.line.since.isoformat(),
                "gets": dict(turn.release.texts),
                "must_pass_on": turn.line.passes_on,
                "must_pass_on_to": list(turn.line.passes_to),
                "words": [{"act": each.act, "at": each.at.isoformat(), "words": each.words} for each in turn.talk],
                "decided": [
                    {
                        "words": each.words,
                        "by": each.owner or "helpline",
                        "until": each.due_on.isoformat(),
                        "state": each.state,
                        "what_came_of_it": each.outcome,
                    }
                    for each in turn.actions
                ],
                "they_got_in_touch": turn.line.in_touch,
                "had_to_tell_it_again": turn.line.told_again,
            }
            for turn in read.turns
        ],
    }
