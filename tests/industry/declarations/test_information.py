"""Requests for information to platforms: dated, counted, overdue by themselves, and without anything about a case."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.industry.declarations.models import InformationRequest
from leeward.industry.declarations.operations.information import drop_request, record_answer, record_request
from leeward.industry.declarations.queries import count_information, information_requests_of, overdue_requests
from leeward.industry.declarations.rules.information import InformationAnswer, NewInformationRequest, state_of
from leeward.industry.declarations.rules.terms import AnswerKind, AskedFor, AskerKind, RequestState
from tests.industry.conftest import Keys
from tests.industry.declarations.conftest import DAY, NOW, OFFICER
from tests.industry.staff_people import signed_in

pytestmark = pytest.mark.django_db

TODAY = local_day(NOW)
NEW = NewInformationRequest(
    asker_kind=AskerKind.POLICE,
    asker="Police of Saltmere",
    asked_for=AskedFor.ACCOUNT,
    sent_on=TODAY - 20 * DAY,
    due_on=TODAY - 6 * DAY,
    source="Told by it.",
)


def asked(keys: Keys, **other: Any) -> UUID:
    return record_request(partner=keys.partner, new=replace(NEW, **other), by=OFFICER, now=NOW)


def answered(keys: Keys, reference: UUID, on: date, kind: AnswerKind = AnswerKind.ANSWERED) -> None:
    answer = InformationAnswer(kind=kind, answered_on=on)
    record_answer(partner=keys.partner, reference=reference, answer=answer, by=OFFICER, now=NOW)


@pytest.mark.parametrize(
    ("answer", "day", "state"),
    [
        (None, NEW.due_on, RequestState.WAITING),
        (None, NEW.due_on + DAY, RequestState.OVERDUE),
        (InformationAnswer(kind=AnswerKind.PARTLY, answered_on=NEW.due_on), NEW.due_on - DAY, RequestState.WAITING),
        (InformationAnswer(kind=AnswerKind.PARTLY, answered_on=NEW.due_on), NEW.due_on, RequestState.PARTLY),
        (InformationAnswer(kind=AnswerKind.REFUSED, answered_on=TODAY), TODAY - DAY, RequestState.OVERDUE),
        (InformationAnswer(kind=AnswerKind.REFUSED, answered_on=TODAY), TODAY, RequestState.REFUSED),
    ],
)
def test_the_state_follows_from_the_days(answer: InformationAnswer | None, day: date, state: RequestState) -> None:
    assert state_of(answer, due_on=NEW.due_on, on=day) is state


def test_what_is_due_is_counted_with_what_was_answered_before(alpha: Keys) -> None:
    late, punctual, waiting = asked(alpha), asked(alpha), asked(alpha, due_on=TODAY + 9 * DAY)
    early = asked(alpha, due_on=TODAY + 9 * DAY)
    assert overdue_requests(now=NOW) == {alpha.partner.id: 2}
    answered(alpha, late, TODAY)
    answered(alpha, punctual, NEW.due_on, AnswerKind.REFUSED)
    answered(alpha, early, TODAY)
    counted = count_information(now=NOW, partner=alpha.partner)
    assert (counted.due, counted.answered, counted.in_time) == (3, 3, 2)
    assert count_information(now=NOW) == counted
    assert overdue_requests(now=NOW) == {}
    assert overdue_requests(now=NOW + 10 * DAY) == {alpha.partner.id: 1}
    states = {each.reference: each.state for each in information_requests_of(alpha.partner, now=NOW)}
    assert states[waiting] is RequestState.WAITING
    answered(alpha, late, TODAY - DAY, AnswerKind.PARTLY)  # mended
    states = {each.reference: each.state for each in information_requests_of(alpha.partner, now=NOW)}
    assert states[late] is RequestState.PARTLY


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("sent_on", {"sent_on": TODAY + DAY, "due_on": TODAY + 2 * DAY}),
        ("due_on", {"due_on": NEW.sent_on - DAY}),
        ("due_on", {"due_on": NEW.sent_on + 367 * DAY}),
        ("asker", {"asker": " "}),
        ("asker", {"asker": "x" * 121}),
        ("source", {"source": "a\nb"}),
    ],
)
def test_a_request_that_cannot_be_kept_is_refused(alpha: Keys, field: str, values: dict[str, Any]) -> None:
    with pytest.raises(FieldRefused) as refusal:
        asked(alpha, **values)
    assert refusal.value.field == field
    assert not InformationRequest.objects.exists()


@pytest.mark.postgresql
def test_an_answer_lies_between_the_request_and_today(alpha: Keys, beta: Keys) -> None:
    reference = asked(alpha)
    for day in (NEW.sent_on - DAY, TODAY + DAY):
        with pytest.raises(FieldRefused):
            answered(alpha, reference, day)
    for keys, other in ((alpha, uuid4()), (beta, reference)):
        with pytest.raises(EntryUnknown):
            answered(keys, other, TODAY)
        with pytest.raises(EntryUnknown):
            drop_request(partner=keys.partner, reference=other, by=OFFICER, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        InformationRequest.objects.update(answer="answered")


def test_a_mistake_is_taken_out_and_the_trail_names_no_asker(alpha: Keys) -> None:
    reference = asked(alpha)
    drop_request(partner=alpha.partner, reference=reference, by=OFFICER, now=NOW)
    assert not InformationRequest.objects.exists()
    events = AuditEvent.objects.filter(subject_reference=str(reference)).order_by("verb")
    assert [event.verb for event in events] == [
        "declarations.information_asked",
        "declarations.information_dropped",
    ]
    assert "Saltmere" not in str(list(events.values_list("facts", flat=True)))


def test_staff_follow_a_request_to_its_answer(alpha: Keys) -> None:
    officer, today = signed_in(Role.EXCHANGE_OFFICER), local_day(timezone.now())
    platform = reverse("declarations:platform", args=[alpha.partner.public_id])
    add = reverse("declarations:platform-request", args=[alpha.partner.public_id])
    typed = {
        "asker_kind": "support_service",
        "asker": "Harbour Advice",
        "asked_for": "decision",
        "sent_on": (today - 20 * DAY).isoformat(),
        "due_on": (today - 5 * DAY).isoformat(),
        "source": "Told by it.",
    }
    for wrong in ({"asker": ""}, {"due_on": (today - 21 * DAY).isoformat()}, {"asked_for": "everything"}):
        response = officer.post(add, {**typed, **wrong})
        assert response.status_code == 400
        assert f'href="#id_{next(iter(wrong))}"' in response.content.decode()
    assert officer.post(add, typed).status_code == 303
    assert "1 request for information overdue" in officer.get(reverse("declarations:platforms")).content.decode()
    assert "Harbour Advice" in officer.get(platform).content.decode()
    reference = InformationRequest.objects.get().public_id
    answer = reverse("declarations:platform-answer", args=[alpha.partner.public_id, reference])
    assert officer.get(answer).status_code == 200
    early = (today - 21 * DAY).isoformat()
    assert officer.post(answer, {"answer": "partly", "answered_on": early}).status_code == 400
    assert officer.post(answer, {"answer": "partly", "answered_on": today.isoformat()}).status_code == 303
    assert "Answered in part" in officer.get(platform).content.decode()
    drop = reverse("declarations:platform-request-drop", args=[alpha.partner.public_id, reference])
    assert officer.get(drop).status_code == 405
    assert officer.post(drop).status_code == 303
    assert officer.post(drop).status_code == 404
    assert officer.get(answer).status_code == 404
