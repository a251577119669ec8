"""A company without an account reads and answers by a link, a device is certified, and what is over goes."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.outbox.rules.parcels import EmailContent
from leeward.foundation.vault.models import Grant
from leeward.industry.platforms.operations import add_channel, change_channel, meet_site
from leeward.industry.platforms.queries import channels_of, find_partner_by_id
from leeward.industry.platforms.rules import ChannelKind, NewChannel, Rung
from leeward.justice.courts.errors import CourtsMistake
from leeward.justice.courts.models import Order, OrderLink, Target
from leeward.justice.courts.operations import linking
from leeward.justice.courts.operations.linking import forget_order_links
from leeward.justice.courts.operations.retention import end_orders, forget_orders
from leeward.justice.courts.operations.serving import note_happening
from leeward.justice.courts.operations.turning import revoke_order
from leeward.justice.courts.queries.orders import read_order
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.terms import Happening, OrderState, TargetState, Way
from tests.counters import start_afresh
from tests.foundation.accounts.people import at, come_in
from tests.justice.courts.conftest import PERSON_ORDERED, Hall
from tests.victim.removals.conftest import NOW, OPERATOR

pytestmark = pytest.mark.django_db
ADDRESS = "https://nowhere.example/p/very-private-9"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    start_afresh()


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the links that are drawn."""
    drawn: list[str] = []
    whole = linking.let_read

    def keep(*args: object, **named: object) -> str:
        drawn.append(whole(*args, **named))  # type: ignore[arg-type]
        return drawn[-1]

    monkeypatch.setattr("leeward.justice.courts.operations.linking.let_read", keep)
    monkeypatch.setattr("leeward.justice.courts.operations.serving.let_read", keep)
    return drawn


def serve(hall: Hall, *, mailbox: bool = True) -> Order:
    partner = meet_site(host="nowhere.example", by=OPERATOR, now=NOW)
    if mailbox:
        new = NewChannel(kind=ChannelKind.EMAIL, rung=Rung.PLATFORM, address="desk@nowhere.example", language="en")
        add_channel(partner=partner, channel=new, by=OPERATOR, now=NOW)
    number = hall.record(addresses=ADDRESS)
    hall.serve(number, way=Way.EMAIL)
    return Order.objects.get(number=number)


def test_a_company_without_account_opens_its_order_by_a_press_and_answers_once(hall: Hall, links: list[str]) -> None:
    order = serve(hall)
    [link] = links
    somebody = Client()
    path = link.partition("/orders/")[1] + link.partition("/orders/")[2]
    cover = somebody.get(path).content.decode()
    assert ADDRESS not in cover
    assert Target.objects.get().state is TargetState.SERVED  # a program that follows links has received nothing
    shown = somebody.post(path).content.decode()
    assert ADDRESS in shown
    assert Target.objects.get().state is TargetState.RECEIVED
    day = NOW.date().isoformat()
    wrong = somebody.post(path, {"effect": "full", "at": day, "territory": "QX"})
    assert wrong.status_code == 400
    for _time in range(2):
        kept = somebody.post(path, {"effect": "full", "at": day, "territory": "*", "reason": ""})
        assert "Your answer is kept" in kept.content.decode()
    target = Target.objects.get()
    assert target.state is TargetState.GIVEN_EFFECT
    assert target.events.filter(kind=Happening.EFFECT).count() == 1
    assert somebody.get("/orders/by-link/short").status_code == 404
    assert somebody.get(f"{path[:-4]}AAAA").status_code == 404
    # A new one ends the one before it; after 30 days neither opens anything.
    clerk = come_in(hall.clerk.user.username)
    assert "Send a new link" in clerk.get(reverse("courts:order", args=[order.number])).content.decode()
    assert clerk.post(reverse("courts:relink", args=[order.number, 1])).status_code == 303
    assert somebody.get(path).status_code == 404
    assert forget_order_links(now=NOW + timedelta(days=29), limit=9) == 0
    assert forget_order_links(now=NOW + timedelta(days=30), limit=9) == 1


def test_a_link_ends_with_the_mailbox_to_which_it_went(hall: Hall, links: list[str]) -> None:
    order = serve(hall)
    [link] = links
    path, somebody = link[link.index("/orders/") :], Client()
    assert somebody.get(path).status_code == 200
    partner = find_partner_by_id(Target.objects.get().platform_id or 0)
    [channel] = channels_of(partner)
    change_channel(
        partner=partner,
        reference=channel.reference,
        channel=NewChannel(kind=ChannelKind.EMAIL, rung=Rung.PLATFORM, address="law@nowhere.example", language="en"),
        by=OPERATOR,
        now=NOW,
    )
    assert somebody.get(path).status_code == 404
    clerk = come_in(hall.clerk.user.username)
    assert clerk.post(reverse("courts:relink", args=[order.number, 1])).status_code == 303
    assert somebody.get(links[1][links[1].index("/orders/") :]).status_code == 200


def test_whom_nobody_can_write_to_gets_no_new_link(hall: Hall) -> None:
    order = serve(hall, mailbox=False)
    answer = come_in(hall.clerk.user.username).post(reverse("courts:relink", args=[order.number, 1]))
    assert answer.status_code == 409
    assert "We do not know a mailbox of this company" in answer.content.decode()


def test_who_has_no_door_here_is_sent_to_none(hall: Hall, links: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    mails: list[str] = []

    def keep(*, content: EmailContent, **_named: object) -> None:
        mails.append(content.text)

    monkeypatch.setattr("leeward.justice.courts.operations.turning.post_parcel", keep)
    order = serve(hall)
    revoke_order(number=order.number, words="Dropped.", by=hall.clerk.by, now=NOW)
    first, later = mails
    assert links[0] in first
    assert "/orders/" in later
    assert not any(each in later for each in ("/platform/orders", "by-link"))


def test_a_company_whose_programs_alone_have_a_key_gets_a_link_and_one_with_an_account_gets_none(
    hall: Hall, order: Order, links: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.serve(order.number)
    assert "/orders/by-link/" in links[0]
    kinds = {each.grantee_kind for each in Grant.objects.filter(file=OrderLink.objects.get().target.reference)}
    assert {"team", "link"} <= kinds
    monkeypatch.setattr("leeward.justice.courts.operations.turning.has_signed_in", lambda **_named: True)
    later = hall.record(file_number="K 13/2026")
    hall.serve(later)
    assert links[1] == ""


def test_nobody_is_served_at_a_door_that_they_do_not_have(hall: Hall) -> None:
    ordered = hall.record(pair="person/delete_copies", person=PERSON_ORDERED, about="A planted phone")
    meet_site(host="nowhere.example", by=OPERATOR, now=NOW)
    elsewhere = hall.record(addresses=ADDRESS, file_number="K 14/2026")
    for number in (ordered, elsewhere):
        with pytest.raises(FieldRefused) as refused:
            hall.serve(number, way=Way.DOOR)
        assert (refused.value.field, refused.value.code) == ("way", CourtsMistake.NO_DOOR)


def test_a_device_is_certified_and_its_certificate_is_sealed(hall: Hall) -> None:
    number = hall.record(pair="person/delete_copies", person=PERSON_ORDERED, about="A planted phone")
    hall.serve(number, way=Way.EMAIL)
    client = come_in(hall.clerk.user.username)
    address = reverse("courts:certify", args=[number, 1])
    typed = {
        "what": "The phone",
        "serial": "PLANTED-77",
        "how": "Wiped",
        "by": "Police, 1234",
        "on": NOW.date().isoformat(),
    }
    early = client.post(address, typed | {"on": (NOW.date() - timedelta(days=9)).isoformat()})
    assert early.status_code == 400
    paper = SimpleUploadedFile("c.pdf", b"%PDF-1.7 certificate", "application/pdf")
    assert client.post(address, typed | {"document": paper}).status_code == 303
    target = Target.objects.get()
    assert target.state is TargetState.SEEN_DONE
    assert "PLANTED-77" not in target.events.get(kind=Happening.SEEN_DONE).words
    shown = client.get(reverse("courts:order", args=[number])).content.decode()
    assert all(each in shown for each in ("PLANTED-77", "Wiped", "SHA-256 "))
    found = read_order(hall.clerk.user, number, keyring=hall.clerk.keyring, by=hall.clerk.by, now=NOW)
    (*_before, line) = found.targets[0].events
    assert line.certificate is not None
    assert re.fullmatch("[0-9a-f]{64}", line.certificate.document_sha256)


def test_what_is_no_device_is_not_certified(hall: Hall, served: Order) -> None:
    typed = {"what": "x", "how": "x", "by": "x", "on": NOW.date().isoformat()}
    answer = come_in(hall.clerk.user.username).post(reverse("courts:certify", args=[served.number, 1]), typed)
    assert answer.status_code == 409


def test_who_is_ordered_goes_at_the_end_and_the_order_two_years_later(hall: Hall) -> None:
    number = hall.record(pair="person/delete_copies", person=PERSON_ORDERED, about="A planted phone")
    hall.serve(number, way=Way.EMAIL)
    assert end_orders(now=NOW + timedelta(days=900), limit=9) == 0  # it stands
    note_happening(number=number, ordinal=1, kind=Happening.ENDED, at=NOW, by=hall.clerk.by, now=NOW)
    assert end_orders(now=NOW + timedelta(hours=23), limit=9) == 0
    assert [end_orders(now=NOW + timedelta(days=1), limit=9) for _time in range(2)] == [1, 0]
    order = Order.objects.get()
    assert (order.state, order.contact, order.slip, order.ended_at) == (OrderState.ENDED, "", "", NOW)
    assert forget_orders(now=NOW + timedelta(days=729), limit=9) == 0
    assert forget_orders(now=NOW + timedelta(days=730), limit=9) == 1
    assert not Order.objects.exists()
    assert not Grant.objects.filter(file=order.reference).exists()
    assert AuditEvent.objects.filter(verb="courts.forgotten", subject_reference=number).exists()
    # Anybody who checks the number reads that it once stood, and nothing of what it said.
    told = Client().get(f"/orders/{number}.json")
    assert told.status_code == 410
    assert told.json() == {
        "number": write_number(number),
        "state": "ended",
        "endedOn": NOW.date().isoformat(),
        "deleted": True,
    }
    shown = Client().get(f"/orders/{number}").content.decode()
    assert "This order is over" in shown
    assert "Harbour Court" not in shown


def test_a_revoked_order_ends_its_successor_stays(hall: Hall, order: Order) -> None:
    later = hall.record(follows=order.number)
    revoke_order(number=later, words="Dropped.", by=hall.clerk.by, now=NOW + timedelta(days=30))
    assert end_orders(now=NOW + timedelta(days=2), limit=9) == 1
    assert forget_orders(now=NOW + timedelta(days=735), limit=9) == 1
    assert Order.objects.get().number == later
    assert Order.objects.get().follows is None
