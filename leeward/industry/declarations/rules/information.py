"""Requests for information by police and support services to platforms: what is kept, how each stands (I2)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.industry.declarations.errors import DeclarationMistake
from leeward.industry.declarations.rules.terms import (
    NAME_LENGTH,
    AnswerKind,
    AskedFor,
    AskerKind,
    RequestState,
)

ANSWERED_WITHIN_MOST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class NewInformationRequest:
    """That a body asked a platform for something, when, and by when an answer is due. Nothing about a case."""

    asker_kind: AskerKind
    asker: str
    asked_for: AskedFor
    sent_on: date
    due_on: date
    source: str


@dataclass(frozen=True, kw_only=True)
class InformationAnswer:
    """What the platform answered, and on which day."""

    kind: AnswerKind
    answered_on: date


def check_information_request(new: NewInformationRequest, *, today: date) -> NewInformationRequest:
    """The request as it is kept. Raises FieldRefused."""
    if new.sent_on > today:
        raise FieldRefused("sent_on", Mistake.NOT_PAST)
    if not new.sent_on <= new.due_on <= new.sent_on + ANSWERED_WITHIN_MOST:
        raise FieldRefused("due_on", DeclarationMistake.DUE)
    return replace(
        new, asker=values.line("asker", new.asker, most=NAME_LENGTH), source=values.line("source", new.source)
    )


def check_answer(answer: InformationAnswer, *, sent_on: date, today: date) -> InformationAnswer:
    """The answer as it is kept. Raises FieldRefused."""
    if not sent_on <= answer.answered_on <= today:
        raise FieldRefused("answered_on", DeclarationMistake.ANSWERED)
    return answer


def state_of(answer: InformationAnswer | None, *, due_on: date, on: date) -> RequestState:
    """How a request stands on a day."""
    if answer is not None and answer.answered_on <= on:
        return RequestState(answer.kind.value)
    return RequestState.OVERDUE if on > due_on else RequestState.WAITING


def is_in_time(answer: InformationAnswer | None, *, due_on: date) -> bool:
    """Whether an answer of any kind came by its day."""
    return answer is not None and answer.answered_on <= due_on
