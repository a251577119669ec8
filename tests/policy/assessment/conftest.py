"""A round that two bodies review, and the staff around it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor
from leeward.foundation.audit.rules import Actor
from leeward.policy.assessment.operations.bodies import add_body
from leeward.policy.assessment.operations.rounds import finish_view, invite_bodies, make_round, take_step
from leeward.policy.assessment.operations.scores import record_scores
from leeward.policy.assessment.queries.rounds import Voice, find_round, find_voice
from leeward.policy.assessment.rules.entries import NewBody, NewRound, NewScore
from leeward.policy.assessment.rules.rounds import RoundStep, Sector
from leeward.policy.assessment.rules.scale import State

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BY = Actor.operator()


def staff(name: str, role: Role) -> User:
    return User.objects.create(username=name, display_name=name.title(), role=role.value, created_at=NOW)


def says(**states: State) -> list[NewScore]:
    """Answers by item: `says(P1_E1=State.PARTIAL)`."""
    return [
        NewScore(
            item_id=name.replace("_", "."),
            state=state,
            reason="Our law says otherwise." if state is State.NOT_APPLICABLE else "",
        )
        for name, state in states.items()
    ]


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """A round, its people, and shortcuts to what they do."""

    round_id: UUID
    officer: User
    police: User
    survivor: User
    police_body: UUID
    survivors_body: UUID

    def voice(self, key: str | UUID) -> Voice:
        return find_voice(self.officer, find_round(self.officer, self.round_id), str(key))

    def score(self, key: str | UUID, *, now: datetime = NOW, **states: State) -> int:
        voice = self.voice(key)
        return record_scores(
            public_id=self.round_id, voice=voice, scores=says(**states), by=self.speaker(voice), now=now
        )

    def step(self, step: RoundStep, *, words: str = "", now: datetime = NOW) -> None:
        take_step(public_id=self.round_id, step=step, words=words, by=BY, now=now)

    def finish(self, key: str | UUID) -> None:
        voice = self.voice(key)
        finish_view(public_id=self.round_id, voice=voice, by=self.speaker(voice), now=NOW)

    def speaker(self, voice: Voice) -> Actor:
        """Who answers for a body; the secretariat for its draft."""
        speakers = {str(self.police_body): self.police, str(self.survivors_body): self.survivor}
        return actor(speakers.get(voice.key, self.officer))


@pytest.fixture
def workshop(db: None) -> Workshop:
    """A draft of a round to which the police and a survivors' group are invited."""
    return make_workshop()


def make_workshop(*, title: str = "The nation in 2026", held_on: date = date(2026, 11, 1)) -> Workshop:
    officer = staff("robin", Role.POLICY_OFFICER)
    police, survivor = staff("pat", Role.REVIEWER), staff("sol", Role.REVIEWER)
    bodies = [
        add_body(
            new=NewBody(name="Harbour Police", public_name="", sector=Sector.POLICE),
            members=[police.reference],
            by=BY,
            now=NOW,
        ),
        add_body(
            new=NewBody(name="Afterwards", public_name="A survivors’ group", sector=Sector.SURVIVORS),
            members=[survivor.reference],
            by=BY,
            now=NOW,
        ),
    ]
    round_id = make_round(new=NewRound(title=title, held_on=held_on), by=BY, now=NOW)
    invite_bodies(public_id=round_id, bodies=bodies, by=BY, now=NOW)
    return Workshop(
        round_id=round_id,
        officer=officer,
        police=police,
        survivor=survivor,
        police_body=bodies[0],
        survivors_body=bodies[1],
    )


@pytest.fixture
def reviewed(workshop: Workshop) -> Workshop:
    """The round in review: both have finished, and differ about P1.E2."""
    return make_reviewed(workshop)


def make_reviewed(workshop: Workshop) -> Workshop:
    workshop.score("draft", P1_E1=State.IN_PLACE, P1_E2=State.PARTIAL, C1_B4=State.NOT_APPLICABLE)
    workshop.step(RoundStep.OPEN_REVIEW)
    workshop.score(workshop.police_body, P1_E1=State.IN_PLACE, P1_E2=State.IN_PLACE)
    workshop.score(workshop.survivors_body, P1_E1=State.UNKNOWN, P1_E2=State.NOT_STARTED)
    workshop.finish(workshop.police_body)
    workshop.finish(workshop.survivors_body)
    return workshop


type Sign = Callable[[User], None]
