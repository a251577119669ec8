"""What changed outside is noticed once, answered by an author with a reason, and reminds no learner of anything."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.errors import FieldRefused
from leeward.industry.duties.models import RegimeVersion
from leeward.industry.duties.operations import load_regimes, publish_regime_version
from leeward.industry.duties.schemas import read_shipped
from leeward.justice.training.errors import TriggerUnknown
from leeward.justice.training.figures import trigger_figures
from leeward.justice.training.models import CourseService, Learner, Trigger
from leeward.justice.training.operations.triggers import (
    Change,
    answer_trigger,
    name_service,
    note_change,
    notice_changes,
)
from leeward.justice.training.rules.terms import TriggerAnswer, TriggerKind
from leeward.policy.assessment.queries.evidence import run_query
from leeward.policy.assessment.rules.evidence import NoValue
from leeward.society.directory.models import Service
from leeward.society.directory.rules.records import ServiceStatus
from tests.foundation.accounts import people
from tests.industry.duties.conftest import DRAFT
from tests.justice.training.force import COURSE, NOW, OPERATOR, TODAY, Force
from tests.society.directory.factories import make_service
from tests.standing import Standing

pytestmark = pytest.mark.django_db

LAW = Change(kind=TriggerKind.LAW, key="law/xx-9", about="A new offence: to threaten with pictures")


def law() -> uuid.UUID:
    assert note_change(change=LAW, by=OPERATOR, now=NOW)
    return Trigger.objects.get().public_id


def test_a_change_is_asked_once_and_reminds_nobody(north: Force) -> None:
    before = list(Learner.objects.order_by("pk").values_list("remind_on", "reminded_on", "link_wanted_at"))
    law()
    assert not note_change(change=LAW, by=OPERATOR, now=NOW + timedelta(days=3))
    row = Trigger.objects.get()
    assert (row.noticed_on, row.due_on) == (TODAY, TODAY + timedelta(days=30))
    assert list(Learner.objects.order_by("pk").values_list("remind_on", "reminded_on", "link_wanted_at")) == before


@pytest.mark.usefixtures("house")
def test_an_answer_needs_a_reason_and_is_for_good() -> None:
    trigger, answer = law(), TriggerAnswer.NO_CHANGE
    with pytest.raises(FieldRefused, match="reason"):
        answer_trigger(trigger=trigger, answer=answer, reason=" ", by=OPERATOR, now=NOW)
    answer_trigger(trigger=trigger, answer=answer, reason="The course names no offence", by=OPERATOR, now=NOW)
    with pytest.raises(TriggerUnknown):
        answer_trigger(trigger=trigger, answer=TriggerAnswer.SMALL, reason="Again", by=OPERATOR, now=NOW)


@pytest.mark.usefixtures("house")
def test_how_long_the_oldest_waits_is_evidence() -> None:
    assert run_query("training.oldest_trigger", now=NOW).no_value is NoValue.NOTHING_YET
    late = law()
    note_change(change=Change(kind=TriggerKind.TREND, key="x", about="x"), by=OPERATOR, now=NOW + timedelta(days=20))
    assert run_query("training.oldest_trigger", now=NOW + timedelta(days=40)).value == 40
    answer_trigger(trigger=late, answer=TriggerAnswer.SMALL, reason="x", by=OPERATOR, now=NOW + timedelta(days=40))
    found = trigger_figures(today=TODAY + timedelta(days=41))
    assert (found.waiting, found.oldest_days, found.asked, found.in_time) == (1, 21, 1, 0)
    quick = Trigger.objects.get(key="x").public_id
    answer_trigger(trigger=quick, answer=TriggerAnswer.SMALL, reason="x", by=OPERATOR, now=NOW + timedelta(days=45))
    found = trigger_figures(today=TODAY + timedelta(days=46))
    assert (found.waiting, found.oldest_days, found.asked, found.in_time) == (0, None, 2, 1)


@pytest.mark.usefixtures("house")
def test_a_law_that_was_written_anew_is_noticed_and_one_that_shipped_is_not() -> None:
    assert notice_changes(now=NOW, limit=9) == 0
    load_regimes(seeds=read_shipped(), by=OPERATOR, now=NOW)
    assert RegimeVersion.objects.exists()
    assert notice_changes(now=NOW, limit=9) == 0
    publish_regime_version(draft=DRAFT, by=OPERATOR, now=NOW)
    assert notice_changes(now=NOW, limit=9) == 1
    assert notice_changes(now=NOW, limit=9) == 0
    assert Trigger.objects.get().kind is TriggerKind.LAW


@pytest.mark.usefixtures("house")
def test_a_service_that_changed_or_closed_is_noticed_and_one_that_was_checked_again_is_not() -> None:
    service = make_service().id
    with pytest.raises(FieldRefused, match="service"):
        name_service(course=COURSE, service=uuid.uuid4(), by=OPERATOR, now=NOW)
    name_service(course=COURSE, service=service, by=OPERATOR, now=NOW)
    Service.objects.filter(public_id=service).update(assured_date=TODAY, modified_at=NOW)
    assert notice_changes(now=NOW, limit=9) == 0
    Service.objects.filter(public_id=service).update(name="Harbour line")
    assert notice_changes(now=NOW, limit=9) == 1
    assert notice_changes(now=NOW, limit=9) == 0
    Service.objects.filter(public_id=service).update(status=ServiceStatus.DEFUNCT.value)
    assert notice_changes(now=NOW, limit=9) == 1
    assert {row.course and row.course.code for row in Trigger.objects.all()} == {COURSE}


@pytest.fixture
def author(house: Standing, monkeypatch: pytest.MonkeyPatch) -> Client:  # what is taught
    people.employ("ines", Role.COURSE_AUTHOR)
    people.at(monkeypatch, NOW)
    return people.come_in("ines")


@pytest.mark.usefixtures("author")
def test_an_author_sees_what_waits_and_answers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    trigger = law()
    people.at(monkeypatch, NOW + timedelta(days=31))
    author = people.come_in("ines")
    assert "Overdue" in author.get(reverse("training:changes")).content.decode()
    assert "A new offence" in author.get(reverse("work:home")).content.decode()
    assert "The oldest has waited for 31 days" in author.get(reverse("training:public")).content.decode()
    address = reverse("training:change", args=[trigger])
    assert "Say why" in author.post(address, {"answer": "material", "reason": ""}).content.decode()
    assert author.post(address, {"answer": "material", "reason": "It names a new crime"}).status_code == 303
    assert "It names a new crime" in author.get(address).content.decode()
    assert "A new offence" not in author.get(reverse("work:home")).content.decode()
    assert "Of 1 in the last year, 0 were answered" in author.get(reverse("training:changes")).content.decode()


def test_an_author_says_which_services_a_course_names(author: Client) -> None:
    service, address = make_service(), reverse("training:services", args=[COURSE])
    for wrong in ("Harbour line", f"https://example.com/{uuid.uuid4()}"):
        assert "of a service of our directory" in author.post(address, {"service": wrong}).content.decode()
    page = f"https://leeward.example/support/services/{service.id}"
    assert author.post(address, {"service": page}).status_code == 303
    assert service.name in author.get(address).content.decode()
    assert author.post(address, {"drop": str(service.id)}).status_code == 303
    assert not CourseService.objects.exists()
