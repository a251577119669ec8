"""The made-up nation against its model: a round published a year ago, and one in which five bodies differ today."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from leeward.foundation.accounts.models import User
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import local_day
from leeward.policy.assessment.errors import StepRefused
from leeward.policy.assessment.operations.bodies import add_body
from leeward.policy.assessment.operations.pieces import add_piece, freeze_live
from leeward.policy.assessment.operations.rounds import finish_view, invite_bodies, make_round, take_step
from leeward.policy.assessment.operations.scores import agree, record_scores
from leeward.policy.assessment.queries.rounds import Voice, find_round, find_voice, list_bodies, list_rounds
from leeward.policy.assessment.rules.entries import NewBody, NewPiece, NewRound, NewScore
from leeward.policy.assessment.rules.loading import shipped_model
from leeward.policy.assessment.rules.model import ItemPurpose
from leeward.policy.assessment.rules.pieces import PieceKind
from leeward.policy.assessment.rules.rounds import DRAFT_VOICE, RoundStep, Sector
from leeward.policy.assessment.rules.scale import State

BY = Actor.operator()
FIRST_DAYS_AGO, SECOND_DAYS_AGO = 400, 30
LETTERS = {
    "n": State.NOT_STARTED,
    "l": State.PLANNED,
    "p": State.PARTIAL,
    "i": State.IN_PLACE,
    "u": State.UNKNOWN,
    "x": State.NOT_APPLICABLE,
}
DOES_NOT_APPLY = "Fairhaven (made up) has decided this by its constitution."

# By row, outcomes|best practice|essential provision: one letter an item, "-" for what is not judged.
A_YEAR_AGO = {
    "P1": "nnn|nnlp|np", "P2": "pn|npn|p", "P3": "nn|-lnn|p",
    "C1": "nn|nlnx|np", "C2": "nnu|nn|pn", "C3": "u|n-n|n",
    "V1": "npn|nu|n", "V2": "pn|pp|pi", "V3": "ppnnppu|pnnl|pi", "V4": "n|nnlp|p", "V5": "nun|n|u",
    "I1": "n|pnnn|p", "I2": "n|nn|np", "I3": "n|lnnn|l", "I4": "u|nn|n", "I5": "n|n|ln",
    "M1": "n|lnnn|p", "M2": "n|nnnn|ln",
    "S1": "nnnu|nln|nl", "S2": "nu|n|nu", "S3": "n|nppn|pp",
}  # fmt: skip
TODAY = {
    "P1": "npn|lppi|ip", "P2": "pp|ipp|i", "P3": "pp|-ipl|i",
    "C1": "np|lppx|pi", "C2": "ppu|pl|ip", "C3": "p|l-l|p",
    "V1": "pip|lp|p", "V2": "pi|ii|ii", "V3": "ipppipp|ippi|ii", "V4": "p|pppi|i", "V5": "ppn|p|p",
    "I1": "p|ippl|i", "I2": "p|pi|ip", "I3": "p|iipi|i", "I4": "u|pl|p", "I5": "i|i|ii",
    "M1": "p|ippl|i", "M2": "p|pppl|ip",
    "S1": "pnpu|ppl|pp", "S2": "pu|p|lp", "S3": "i|iiii|ii",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class MadeUpBody:
    """A body, the name of the member of staff who answers for it, and where it differs from the draft of today."""

    name: str
    sector: Sector
    member: str = ""
    public_name: str = ""
    is_done: bool = True
    differs: Mapping[str, tuple[str, str]]


POLICE = MadeUpBody(
    name="Fairhaven Police",
    sector=Sector.POLICE,
    member="tariq",
    is_done=False,
    differs={
        "C1.E2": ("i", "Every district has brought cases to court."),
        "C2.E1": ("i", "Every station has had the course."),
        "P2.B1": ("p", "Threats alone are still hard to prosecute."),
    },
)
BODIES = (
    POLICE,
    MadeUpBody(
        name="Public Prosecution Service of Fairhaven",
        sector=Sector.PROSECUTORS,
        differs={
            "P2.E1": ("p", "Making such a picture with software is not yet a crime of its own."),
            "C3.E1": ("n", "No university has asked us for data yet."),
        },
    ),
    MadeUpBody(
        name="Harbour Light",
        sector=Sector.NGO,
        differs={
            "V3.E2": ("p", "We are asked for help, but there is no agreement and no money."),
            "V4.E1": ("p", "Three of nine districts have joined."),
            "C2.E1": ("p", "We still meet officers who have not had the course."),
        },
    ),
    MadeUpBody(
        name="Platforms’ Association of Fairhaven",
        sector=Sector.INDUSTRY,
        differs={
            "I1.B2": ("i", "All members have compared theirs with the best."),
            "I4.B1": ("i", "Every member paid for the spring campaign."),
        },
    ),
    MadeUpBody(
        name="Afterwards",
        public_name="A group of survivors",
        sector=Sector.SURVIVORS,
        member="wren",
        differs={
            "V3.E2": ("p", "Two charities near us had never heard of it."),
            "V3.O4": ("n", "Some of us waited four weeks for a call back."),
            "V1.B1": ("n", "Nobody has asked us what we see."),
            "S2.B1": ("n", "We found no programme that is easy to use."),
            "I1.E1": ("p", "Two platforms never answered."),
            "C1.E2": ("u", ""),
        },
    ),
)
LINKS = {
    "P1.E2": ("Call for research, made up", "research/call"),
    "P3.E1": ("Mapping of who works on it, made up", "forum/mapping"),
    "V2.E1": ("Campaign for protecting pictures, made up", "protect"),
    "I5.E1": ("National declaration, made up", "declaration"),
    "S3.E1": ("Directory of support, made up", "support"),
}


def found_assessment(*, now: datetime) -> None:
    """Let both rounds happen, where they have not happened yet; safe to call again."""
    officer = User.objects.get(username="petra")
    if list_rounds(officer):
        return
    bodies = {each.name: _add(each, now=_ago(FIRST_DAYS_AGO + 40, now)) for each in BODIES}
    _first(officer, bodies, now=now)
    _second(officer, bodies, now=now)


def _first(officer: User, bodies: Mapping[str, UUID], *, now: datetime) -> None:
    """A year ago: drafted, reviewed by three, agreed and published, with evidence that has run out since."""
    made_at = _ago(FIRST_DAYS_AGO, now)
    title = f"Fairhaven in {local_day(made_at).year} (made up)"
    reference = make_round(new=NewRound(title=title, held_on=local_day(made_at)), by=BY, now=made_at)
    taking_part = [each for each in BODIES if each.sector in (Sector.POLICE, Sector.NGO, Sector.SURVIVORS)]
    invite_bodies(public_id=reference, bodies=[bodies[each.name] for each in taking_part], by=BY, now=made_at)
    _answer(officer, reference, DRAFT_VOICE, answers_of(A_YEAR_AGO), now=made_at)
    for item_id in ("P1.E2", "P3.E1", "V2.E1"):
        _link(reference, item_id, now=made_at)
    reviewed_at = _ago(FIRST_DAYS_AGO - 10, now)
    take_step(public_id=reference, step=RoundStep.OPEN_REVIEW, by=BY, now=reviewed_at)
    for each in taking_part:
        said = {new.item_id: new for new in answers_of(A_YEAR_AGO)}
        if each.sector is Sector.SURVIVORS:
            said["V3.E1"] = NewScore(item_id="V3.E1", state=State.NOT_STARTED, note="None of us ever saw a campaign.")
        _answer(officer, reference, str(bodies[each.name]), list(said.values()), now=reviewed_at)
        _finish(officer, reference, str(bodies[each.name]), now=reviewed_at)
    agreed_at = _ago(FIRST_DAYS_AGO - 25, now)
    words = "There were posters in two cities and none elsewhere; all agree that some of it is there."
    new = NewScore(item_id="V3.E1", state=State.PARTIAL, note=words)
    agree(public_id=reference, new=new, by=BY, now=agreed_at)
    take_step(public_id=reference, step=RoundStep.AGREE, by=BY, now=agreed_at)
    take_step(public_id=reference, step=RoundStep.PUBLISH, by=BY, now=_ago(FIRST_DAYS_AGO - 30, now))


def _second(officer: User, bodies: Mapping[str, UUID], *, now: datetime) -> None:
    """Today: in review, four bodies have finished, the police have not; two items are agreed already."""
    made_at = _ago(SECOND_DAYS_AGO, now)
    title = f"Fairhaven in {local_day(now).year}, second round (made up)"
    reference = make_round(new=NewRound(title=title, held_on=local_day(made_at)), by=BY, now=made_at)
    invite_bodies(public_id=reference, bodies=list(bodies.values()), by=BY, now=made_at)
    _answer(officer, reference, DRAFT_VOICE, answers_of(TODAY), now=made_at)
    for item_id in LINKS:
        _link(reference, item_id, now=made_at)
    _measure(reference, now=now)
    take_step(public_id=reference, step=RoundStep.OPEN_REVIEW, by=BY, now=_ago(SECOND_DAYS_AGO - 8, now))
    for number, each in enumerate(BODIES, start=10):
        when = _ago(SECOND_DAYS_AGO - number, now)
        _answer(officer, reference, str(bodies[each.name]), list(_view(each)), now=when)
        if each is POLICE:  # what they said on the phone; they have not looked at it yet
            heard = [_score(item_id, "p") for item_id in ("V2.B1", "V3.E1", "M2.E1")]
            voice = _voice(officer, reference, str(bodies[each.name]))
            record_scores(public_id=reference, voice=voice, scores=heard, by=BY, now=when)
        if each.is_done:
            _finish(officer, reference, str(bodies[each.name]), now=when)
    words = "The course is in every station’s plan; about a third of the officers have not had it."
    new = NewScore(item_id="C2.E1", state=State.PARTIAL, note=words)
    agree(public_id=reference, new=new, by=BY, now=_ago(5, now))


def answers_of(letters: Mapping[str, str]) -> list[NewScore]:
    """Every item that is judged, with its letter's state."""
    return [
        _score(item.id, letter)
        for row_id, groups in letters.items()
        for item, letter in zip(shipped_model().row(row_id).items, groups.replace("|", ""), strict=False)
        if item.kind is ItemPurpose.REQUIREMENT
    ]


def _view(body: MadeUpBody) -> Iterator[NewScore]:
    """A body's view: the draft, but where it differs; one that has not finished has answered half of the areas."""
    for new in answers_of(TODAY):
        if not body.is_done and new.item_id[0] not in "PC":
            continue
        letter, note = body.differs.get(new.item_id, ("", ""))
        yield _score(new.item_id, letter, note=note) if letter else new


def _score(item_id: str, letter: str, *, note: str = "") -> NewScore:
    state = LETTERS[letter]
    reason = DOES_NOT_APPLY if state is State.NOT_APPLICABLE else ""
    return NewScore(item_id=item_id, state=state, reason=reason, note=note)


def _measure(reference: UUID, *, now: datetime) -> None:
    """Keep today's live values where there are any, and show the outcomes that the nation measures elsewhere."""
    for item_id in ("S3.O1", "S3.E1", "S3.E2", "V2.E1", "I1.E1"):
        try:
            freeze_live(public_id=reference, item_id=item_id, by=BY, now=now)
        except StepRefused:  # nothing to count yet
            continue
    asked = _ago(SECOND_DAYS_AGO + 60, now)
    new = NewPiece(
        kind=PieceKind.LINK,
        title="Survey: knows where to turn, made up",
        address="https://statistics.fairhaven.example/survey",
        as_of=local_day(asked),
        owner="Statistics Fairhaven",
        value=Decimal("61.5"),
        unit="percent",
    )
    add_piece(public_id=reference, item_id="M1.O1", new=new, by=BY, now=now)


def _link(reference: UUID, item_id: str, *, now: datetime) -> None:
    title, path = LINKS[item_id]
    new = NewPiece(
        kind=PieceKind.LINK,
        title=title,
        address=f"https://fairhaven.example/{path}",
        as_of=local_day(now) - timedelta(days=20),
        owner="Ministry of Justice of Fairhaven",
    )
    add_piece(public_id=reference, item_id=item_id, new=new, by=BY, now=now)


def _add(body: MadeUpBody, *, now: datetime) -> UUID:
    members = [user.reference for user in User.objects.filter(username=body.member)]
    new = NewBody(name=body.name, public_name=body.public_name, sector=body.sector)
    return add_body(new=new, members=members, by=BY, now=now)


def _answer(officer: User, reference: UUID, key: str, scores: list[NewScore], *, now: datetime) -> None:
    voice = _voice(officer, reference, key)
    record_scores(public_id=reference, voice=voice, scores=scores, by=_speaker(voice), now=now)


def _finish(officer: User, reference: UUID, key: str, *, now: datetime) -> None:
    voice = _voice(officer, reference, key)
    finish_view(public_id=reference, voice=voice, by=_speaker(voice), now=now)


def _speaker(voice: Voice) -> Actor:
    """Who answers for the body; the secretariat where nobody does."""
    body = next((each for each in list_bodies() if str(each.public_id) == voice.key), None)
    return Actor(kind=ActorKind.STAFF, id=body.members[0]) if body and body.members else BY


def _voice(officer: User, reference: UUID, key: str) -> Voice:
    return find_voice(officer, find_round(officer, reference), key)


def _ago(days: int, now: datetime) -> datetime:
    return now - timedelta(days=days)
