"""Orders recorded, confirmed, served, obeyed or not, varied, stayed and revoked: what each does, and for whom."""

import base64
import gzip
import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt as pyjwt
import pytest
from django.test import Client
from django.urls import reverse
from joserfc.jwk import RSAKey

from demo.courts import COMPANY, PEOPLE, court_id, found_court, found_orders
from demo.desk.telling import HOSTS
from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.signing.operations import keys as signing_keys
from leeward.foundation.signing.operations.keys import found_signer
from leeward.foundation.signing.operations.signing import sign_due, sign_lists
from leeward.foundation.signing.queries import find_list
from leeward.foundation.vault.errors import NotGranted
from leeward.industry.platforms.queries import find_partner_by_name
from leeward.justice.courts.api import openapi_text
from leeward.justice.courts.errors import (
    AlreadyRevoked,
    CourtsMistake,
    NotConfirmed,
    OrderUnknown,
    SameOfficer,
    StepImpossible,
)
from leeward.justice.courts.models import Order, Target, TargetEvent
from leeward.justice.courts.operations.effects import read_text
from leeward.justice.courts.operations.founding import keep_court
from leeward.justice.courts.operations.recording import confirm_order
from leeward.justice.courts.operations.serving import follow_requests, note_happening, void_event
from leeward.justice.courts.operations.turning import resume_order, revoke_order, stay_order
from leeward.justice.courts.queries.orders import read_order, targets_of
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.terms import Happening, OrderState, TargetState, Way
from leeward.policy.assessment.queries.evidence import run_query
from leeward.policy.assessment.rules.evidence import NoValue
from leeward.victim.removals.errors import ConsentMissing
from leeward.victim.removals.models import Notice, NoticeState, Report, Request
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import add_items, open_report
from leeward.victim.removals.operations.steps import locked_request, take_step
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.reports import Item
from leeward.victim.removals.rules.states import RequestState, Step
from tests.foundation.accounts.people import PASSPHRASE, come_in
from tests.justice.courts.conftest import OTHER_PLACE, PERSON_ORDERED, PLACE, Hall, Staff, take_on
from tests.standing import Standing
from tests.victim.removals.conftest import NOW, OPERATOR, Company, Worker

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def target_of(order: Order) -> Target:
    return Target.objects.get(order=order)


def request_of(order: Order) -> Request:
    return Request.objects.get(report__reference=Order.objects.get(pk=order.pk).report)


def view(hall: Hall, order: Order) -> Any:
    clerk = hall.clerk
    return read_order(clerk.user, order.number, keyring=clerk.keyring, by=clerk.by, now=NOW)


def plans_of(order: Order, worker: Worker) -> Any:
    report = Order.objects.get(pk=order.pk).report
    assert report is not None
    opened = open_report(reference=report, keyring=worker.keyring, by=worker.actor, now=NOW)
    return opened, plan_notices(opened=opened, signer="Robin Vale", now=NOW)


class TestRecording:
    def test_a_courts_order_stands_at_once_and_splits_by_company(self, hall: Hall) -> None:
        number = hall.record(addresses=f"{PLACE}\n{OTHER_PLACE}", file_number="k 12/2026 ")
        order = Order.objects.get(number=number)
        assert order.state is OrderState.STANDS
        assert [each.name for each in order.targets.order_by("ordinal")] == ["Chatter", "Lantern"]
        assert {each.order_number for each in Request.objects.all()} == {number}
        found = view(hall, order)
        assert found.inside.file_number == "k 12/2026"  # as the court writes it; it is found however it is typed
        assert [each.text.items for each in found.targets] == [(PLACE,), (OTHER_PLACE,)]

    @pytest.mark.parametrize(
        ("changes", "field", "code"),
        [
            ({"comply_by": NOW.date() - timedelta(days=9)}, "comply_by", CourtsMistake.COMPLY_BEFORE),
            ({"issued_on": NOW.date() + timedelta(days=1)}, "issued_on", CourtsMistake.FUTURE),
            ({"pair": "police/destroy"}, "pair", CourtsMistake.PAIR),
            ({"territory": "GB QX"}, "territory", CourtsMistake.TERRITORY),
            ({"territory": "ZZ"}, "territory", CourtsMistake.TERRITORY),
            ({"ecli": "ECLI:1"}, "ecli", CourtsMistake.ECLI),
            ({"addresses": "not an address"}, "addresses", CourtsMistake.ADDRESS),
            ({"pair": "person/delete_copies", "about": "A phone"}, "person", CourtsMistake.PERSON),
            ({"pair": "person/delete_copies", "person": "Q."}, "about", CourtsMistake.DEVICE),
        ],
    )
    def test_what_is_wrong_is_said_by_its_field(self, hall: Hall, changes: Any, field: str, code: Any) -> None:
        with pytest.raises(FieldRefused) as refused:
            hall.record(**changes)
        assert (refused.value.field, refused.value.code) == (field, code)
        assert not Order.objects.exists()

    def test_addresses_at_another_company_name_it_and_the_same_case_names_the_first_order(
        self, hall: Hall, order: Order, chatter: Company
    ) -> None:
        with pytest.raises(FieldRefused) as elsewhere:
            hall.record(company=str(chatter.partner.public_id), addresses=OTHER_PLACE, file_number="other")
        assert (elsewhere.value.code, elsewhere.value.about) == (CourtsMistake.ELSEWHERE, {"about": "Lantern"})
        with pytest.raises(FieldRefused) as twice:
            hall.record(addresses=f"{PLACE}2", file_number="K  12/2026")
        assert twice.value.about == {"about": write_number(order.number)}
        assert hall.record(addresses=OTHER_PLACE)  # the same file at another company

    def test_another_court_sees_nothing_of_it(self, order: Order) -> None:
        court = keep_court(name="Hill Court", jurisdiction="Fairhaven", contact="+0 1", by=OPERATOR, now=NOW)
        other = take_on("hana", Role.COURT_CLERK, affiliation=str(court))
        assert not targets_of(other.user).exists()
        with pytest.raises(OrderUnknown):
            read_order(other.user, order.number, keyring=other.keyring, by=other.by, now=NOW)
        with pytest.raises(NotGranted):
            read_text(side=_side(other.keyring), target=target_of(order), now=NOW)

    def test_from_paper_it_is_served_only_after_a_second_officer_confirmed_it(self, hall: Hall) -> None:
        number = hall.record(by=hall.officer)
        assert Order.objects.get().state is OrderState.UNCONFIRMED
        assert not Report.objects.exists()
        with pytest.raises(NotConfirmed):
            hall.serve(number)
        with pytest.raises(SameOfficer):
            confirm_order(number=number, keyring=hall.officer.keyring, by=hall.officer.by, now=NOW)
        confirm_order(number=number, keyring=hall.second.keyring, by=hall.second.by, now=NOW)
        assert hall.serve(number) is Happening.SERVED
        assert Request.objects.get().order_number == number


def _side(keyring: Any) -> Any:
    return AtPlatform(platform_id=0, keyring=keyring, actor=OPERATOR)


class TestServing:
    def test_a_way_that_does_not_count_is_tried_and_nobody_is_served_twice(self, hall: Hall, order: Order) -> None:
        assert hall.serve(order.number, way=Way.POST) is Happening.TRIED
        assert target_of(order).state is TargetState.ISSUED
        hall.serve(order.number)
        assert target_of(order).due_at == NOW + timedelta(hours=24)
        with pytest.raises(StepImpossible):
            hall.serve(order.number, at=LATER, now=LATER)

    @pytest.mark.parametrize(("days", "code"), [(1, CourtsMistake.FUTURE), (-9, CourtsMistake.SERVED_BEFORE)])
    def test_days_that_cannot_be_are_refused(self, hall: Hall, order: Order, days: int, code: Any) -> None:
        with pytest.raises(FieldRefused) as refused:
            hall.serve(order.number, at=NOW + timedelta(days=days))
        assert refused.value.code == code

    def test_a_company_opens_its_text_only_once_it_was_served(self, hall: Hall, order: Order, chatter: Company) -> None:
        with pytest.raises(NotGranted):
            read_text(side=chatter.side, target=target_of(order), now=NOW)
        hall.serve(order.number)
        assert read_text(side=chatter.side, target=target_of(order), now=NOW).items == (PLACE,)
        assert target_of(order).state is TargetState.RECEIVED

    def test_a_line_that_was_wrong_is_taken_back_by_one_more(self, hall: Hall, served: Order) -> None:
        by = hall.officer.by
        note_happening(number=served.number, ordinal=1, kind=Happening.SEEN_DONE, at=NOW, by=by, now=NOW)
        assert target_of(served).state is TargetState.SEEN_DONE
        void_event(number=served.number, ordinal=1, event=2, by=by, now=NOW)
        assert target_of(served).state is TargetState.SERVED
        with pytest.raises(StepImpossible):
            void_event(number=served.number, ordinal=1, event=2, by=by, now=NOW)


class TestMandate:
    def test_the_desk_sends_exactly_what_the_order_names_without_anybodys_yes(
        self, order: Order, robin: Worker
    ) -> None:
        opened, (plan,) = plans_of(order, robin)
        assert plan.missing == ()
        send_notice(opened=opened, plan=plan, by=robin.actor, now=NOW)
        request = request_of(order)
        assert request.state is RequestState.SENT
        assert f"/orders/{order.number}" in dict(plan.facts.__dict__)["why"].order_reference
        # One place beyond the order needs a yes, which nobody gives.
        add_items(opened=opened, items=[Item(url=f"{PLACE}-more")], by=robin.actor, now=NOW)
        (beyond,) = plan_notices(opened=opened, signer="Robin Vale", now=NOW)
        with pytest.raises(ConsentMissing):
            send_notice(opened=opened, plan=beyond, by=robin.actor, now=NOW)

    def test_gone_at_all_places_is_seen_done_and_up_again_contradicts(self, served: Order, robin: Worker) -> None:
        opened, (plan,) = plans_of(served, robin)
        send_notice(opened=opened, plan=plan, by=robin.actor, now=NOW)
        assert follow_requests(now=LATER, limit=10) == 0
        take_step(locked_request(pk=request_of(served).pk), step=Step.SEEN_GONE, by=OPERATOR, now=NOW)
        after = LATER + timedelta(hours=1)
        assert [follow_requests(now=after, limit=10), follow_requests(now=after + timedelta(hours=1), limit=10)] == [
            1,
            0,
        ]
        assert target_of(served).state is TargetState.SEEN_DONE
        assert target_of(served).seen_at == after
        # It has come back: it is asked for anew, which says that it is not done.
        take_step(locked_request(pk=request_of(served).pk), step=Step.REOPENED, by=OPERATOR, now=after)
        assert follow_requests(now=after + timedelta(hours=2), limit=10) == 1
        assert target_of(served).state is TargetState.CONTRADICTED

    def test_a_request_that_was_never_sent_says_nothing_against_their_word(self, hall: Hall, served: Order) -> None:
        by = hall.officer.by
        note_happening(number=served.number, ordinal=1, kind=Happening.SEEN_DONE, at=NOW, by=by, now=NOW)
        assert request_of(served).state is RequestState.PREPARED
        assert follow_requests(now=LATER, limit=10) == 0
        assert target_of(served).state is TargetState.SEEN_DONE


class TestTurning:
    def test_revoking_stops_what_is_unsent_and_tells_everybody_once(self, hall: Hall, robin: Worker) -> None:
        number = hall.record(addresses=OTHER_PLACE)
        order = Order.objects.get(number=number)
        hall.serve(number, way=Way.EMAIL)
        mails = Parcel.objects.count()
        assert mails == 1  # that it was served
        opened, (plan,) = plans_of(order, robin)
        send_notice(opened=opened, plan=plan, by=robin.actor, now=NOW)
        assert Notice.objects.get().state == NoticeState.QUEUED
        by = hall.clerk.by
        revoke_order(number=number, words="The charge was dropped.", by=by, now=LATER)
        assert Notice.objects.get().state == NoticeState.RECALLED
        request = request_of(order)
        assert (request.state, request.order_number) == (RequestState.CLOSED, "")
        assert target_of(order).state is TargetState.REVOKED
        assert target_of(order).told_at is None
        assert Parcel.objects.count() == mails + 2  # the notice that was recalled, and that it is revoked
        with pytest.raises(AlreadyRevoked):
            revoke_order(number=number, words="Again.", by=by, now=LATER)
        # Taken up again it waits for a yes like all others.
        take_step(locked_request(pk=request.pk), step=Step.REOPENED, by=robin.actor, now=LATER)
        opened, (plan,) = plans_of(order, robin)
        with pytest.raises(ConsentMissing):
            send_notice(opened=opened, plan=plan, by=robin.actor, now=LATER)

    def test_a_stay_stands_the_clocks_still(self, hall: Hall, served: Order) -> None:
        stay_order(number=served.number, by=hall.clerk.by, now=NOW + timedelta(hours=2))
        assert (target_of(served).state, target_of(served).due_at) == (TargetState.STAYED, None)
        resume_order(number=served.number, by=hall.clerk.by, now=NOW + timedelta(hours=12))
        assert target_of(served).due_at == NOW + timedelta(hours=34)

    def test_varied_the_next_one_takes_its_place_with_the_same_slip(self, hall: Hall, served: Order) -> None:
        number = hall.record(follows=served.number, addresses=f"{PLACE}?page=2", now=LATER)
        after = Order.objects.get(number=number)
        assert Order.objects.get(pk=served.pk).state is OrderState.VARIED
        assert target_of(served).state is TargetState.VARIED
        assert {each.order_number for each in Request.objects.exclude(state=RequestState.CLOSED)} == {number}
        assert view(hall, after).slip == view(hall, Order.objects.get(pk=served.pk)).slip
        with pytest.raises(StepImpossible):
            hall.record(follows=served.number, addresses=f"{PLACE}?page=3", file_number="x", now=LATER)


class TestSigned:
    @pytest.fixture
    def signer(self, monkeypatch: pytest.MonkeyPatch, house: Standing) -> None:
        del house
        key = RSAKey.generate_key(2048)
        monkeypatch.setattr(signing_keys.RSAKey, "generate_key", lambda _bits: key)
        found_signer(by=OPERATOR, now=NOW)

    def test_a_verifier_that_is_not_ours_checks_it_and_its_revocation(
        self, hall: Hall, signer: None, order: Order, client: Client
    ) -> None:
        del signer
        sign_lists(now=NOW)
        sign_due(now=NOW, limit=10)
        told = client.get(reverse("courts:record", args=[write_number(order.number)])).json()
        assert told["state"] == "stands"
        issuer = client.get(reverse("checking:issuer")).json()
        key = pyjwt.PyJWK(issuer["verificationMethod"][0]["publicKeyJwk"])
        claims = pyjwt.decode(told["signed"], key, algorithms=["RS256"], options={"verify_exp": False})
        assert claims["type"] == ["VerifiableCredential", "OrderCredential"]
        subject = claims["credentialSubject"]
        assert subject["number"] == order.number
        text = view(hall, order).targets[0].text.to_text()
        assert subject["targets"][0]["textSha256"] == hashlib.sha256(text.encode()).hexdigest()
        assert PLACE not in json.dumps(claims)
        head, body, mark = told["signed"].split(".")
        with pytest.raises(pyjwt.InvalidSignatureError):
            pyjwt.decode(f"{head}.{body[:-4]}AAAA.{mark}", key, algorithms=["RS256"])
        revoke_order(number=order.number, words="Dropped.", by=hall.clerk.by, now=LATER)
        sign_lists(now=LATER)
        assert _is_revoked(claims, key)
        assert client.get(reverse("courts:record", args=[order.number])).json()["state"] == "revoked"


def _is_revoked(claims: Any, key: Any) -> bool:
    """Read the status bit as the standard has it, with none of our code."""
    status = claims["credentialStatus"]
    number = int(status["statusListCredential"].rpartition("/")[2])
    listed = pyjwt.decode(find_list(number), key, algorithms=["RS256"], options={"verify_exp": False})
    encoded = listed["credentialSubject"]["encodedList"][1:]
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    index = int(status["statusListIndex"])
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


class TestAtTheDoor:
    def post(self, company: Company, number: str, **changes: Any) -> Any:
        body = {"effect": "full", "effectiveAt": NOW.isoformat(), "territory": ["*"], **changes}
        return Client().post(
            f"/api/v1/orders/{number}/effect",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {company.issued.feedback_key}"},
        )

    @pytest.fixture(autouse=True)
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)

    def test_it_answers_once_and_the_requests_are_answered_with_it(
        self, served: Order, chatter: Company, lantern: Company, robin: Worker
    ) -> None:
        opened, (plan,) = plans_of(served, robin)
        send_notice(opened=opened, plan=plan, by=robin.actor, now=NOW)
        first = self.post(chatter, served.number)
        assert (first.status_code, first.json()["state"]) == (200, "given_effect"), first.content
        again = self.post(chatter, write_number(served.number))
        assert again.json() == first.json()
        assert target_of(served).events.filter(kind=Happening.EFFECT).count() == 1
        assert request_of(served).state is RequestState.DECIDED
        assert self.post(lantern, served.number).status_code == 404
        assert self.post(chatter, served.number, territory=["QX"]).status_code == 400

    def test_what_reaches_less_is_done_in_part(self, served: Order, chatter: Company) -> None:
        assert self.post(chatter, served.number, territory=["GB"]).json()["state"] == "partly"
        told = Client().get(
            f"/api/v1/orders/{served.number}", headers={"Authorization": f"Bearer {chatter.issued.fetch_key}"}
        )
        assert json.loads(told.json()["texts"][0])["items"] == [PLACE]
        assert told.json()["state"] == "partly"

    def test_the_description_is_the_one_that_is_committed(self) -> None:
        path = Path(__file__).parents[3] / "docs" / "openapi-orders.json"
        assert path.read_text(encoding="utf-8") == openapi_text()


def test_a_thief_of_the_database_reads_nothing_of_anybody(hall: Hall) -> None:
    number = hall.record(
        pair="person/delete_copies", person=PERSON_ORDERED, about="A planted phone", reasons="Planted reasons."
    )
    order, target = Order.objects.get(number=number), Target.objects.get()
    for row in (order, target):
        told = " ".join(str(value) for value in vars(row).values())
        assert not any(each in told for each in (PERSON_ORDERED, "planted phone", "Planted reasons", "K 12/2026"))


def test_the_made_up_court_has_orders_in_every_state(
    house: Standing, open_company: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    del house
    open_company(COMPANY, host=HOSTS[COMPANY])
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    found_court(now=NOW - timedelta(days=60))
    passphrases, hands = {}, dict[str, Staff]()
    for name, _shown, role, body in (*PEOPLE, ("noor", "", Role.MODERATOR, COMPANY)):
        affiliation = str(court_id(body)) if role is Role.COURT_CLERK else ""
        if role is Role.MODERATOR:
            affiliation = str(find_partner_by_name(body).public_id)
        hands[name] = take_on(name, role, affiliation=affiliation, beside=hands.get("orla"))
        passphrases[name] = PASSPHRASE
        come_in(name)
    for _time in range(2):
        found_orders(passphrases, now=NOW)
    assert Order.objects.count() == 14
    states = {each.state for each in Target.objects.all()}
    assert states == set(TargetState) - {TargetState.RETURNED, TargetState.RECEIVED}
    assert {each.state for each in Order.objects.all()} == set(OrderState) - {OrderState.ENDED}


def test_what_is_done_in_time_is_evidence_by_the_quarter_and_hidden_while_small(hall: Hall, served: Order) -> None:
    after = datetime(2027, 1, 4, tzinfo=UTC)
    first = target_of(served)
    assert run_query("courts.done_in_time", now=after).no_value is NoValue.NOTHING_YET  # one order is nobody's figure
    copies = [
        Target(
            **{each.name: getattr(first, each.name) for each in Target._meta.fields if each.name not in OWN},
            reference=uuid.uuid4(),
            ordinal=number,
            said_at=NOW if number < 30 else NOW + timedelta(days=9),
        )
        for number in range(2, 42)
    ]
    Target.objects.bulk_create(copies)
    assert run_query("courts.done_in_time", now=after).value == 75
    assert run_query("courts.done_in_time", now=NOW).no_value is NoValue.NOTHING_YET  # the quarter runs
    assert hall.court


OWN = {"id", "reference", "ordinal", "said_at"}


def test_what_was_put_back_after_a_revocation_is_noted_and_changes_nothing_else(hall: Hall, served: Order) -> None:
    number = served.number
    with pytest.raises(StepImpossible):
        note_happening(number=number, ordinal=1, kind=Happening.RESTORED, at=NOW, by=hall.officer.by, now=NOW)
    revoke_order(number=number, words="It was quashed.", by=hall.clerk.by, now=NOW)
    note_happening(number=number, ordinal=1, kind=Happening.RESTORED, at=NOW, by=hall.officer.by, now=NOW)
    with pytest.raises(StepImpossible):
        note_happening(number=number, ordinal=1, kind=Happening.SEEN_DONE, at=NOW, by=hall.officer.by, now=NOW)
    assert Target.objects.get(order=served).state is TargetState.REVOKED
    assert TargetEvent.objects.filter(target__order=served, kind="restored").count() == 1
