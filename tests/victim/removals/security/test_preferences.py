"""What she said about being reached never widens by itself, whatever happens to her report."""

import pytest
from django.test import Client

from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations.posting import sealed_place
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind, unpack_content
from leeward.foundation.vault.operations import open_sealed, open_service
from leeward.foundation.vault.rules.grants import Keyring, Service
from leeward.victim.portal.operations import open_case
from leeward.victim.removals.models import Report
from leeward.victim.removals.operations.handover import file_handover
from leeward.victim.removals.operations.person import open_hers
from leeward.victim.removals.operations.reports import save_contact
from leeward.victim.removals.queries.reports import read_report
from leeward.victim.removals.rules.reports import Contact, ContactWay, read_handover
from tests.victim.removals.conftest import NOW, OPERATOR, PERSON, Company, told
from tests.victim.removals.security.conftest import Canary, desk_page
from tests.victim.removals.test_person_report import Teller

pytestmark = pytest.mark.django_db


def test_nothing_is_the_default_and_stays_it(house: None, staff: dict[str, Client], chatter: Company) -> None:
    teller = Teller()
    teller.begin()
    assert teller.view().contact in (None, Contact())
    teller.answer(
        "reach", way="", email="typed@mail.example", phone="123 456", may_leave_message="on", may_say_who="on"
    )
    for _ in range(2):
        contact = teller.view().contact
        assert contact is None or contact == Contact()  # what was typed for a way not chosen is not kept
        teller.answer("where", addresses="https://chatter.example/p/1", **{"continue": "1"})
        teller.answer("words", words="More.")
        Teller().enter(teller.code)  # resuming
    teller.post("/report/hand-in")
    report = Report.objects.get().reference
    for name in ("take", "let-go", "take", "looked"):
        staff["rob"].post(desk_page(name, report))
    contact = teller.view().contact
    assert contact is None or contact.way is ContactWay.NONE


def test_taking_it_back_takes_the_address_too(chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    for contact in (Contact(way=ContactWay.EMAIL, email="her@mail.example"), Contact()):
        save_contact(opened=filed.open(), contact=contact, by=PERSON, now=NOW)
    opened = filed.open()
    view = read_report(file=opened.file, keyring=Keyring(filed.key), by=PERSON, now=NOW)
    assert view.contact == Contact()
    assert "her@mail.example" not in repr(view)


def test_another_hotline_never_decides_that_she_may_be_reached(house: None) -> None:
    record = {
        "urls": ["https://chatter.example/p/1"],
        "harm": "shared",
        "story": "x",
        "contact": {"email": "her@mail.example", "phone": "123 456 789"},
        "language": "en",
        "consent": True,
    }
    handover = read_handover(record, languages=("en",))
    assert handover.contact.way is ContactWay.NONE
    filed = file_handover(handover=handover, by=OPERATOR, now=NOW)
    case = open_case(code=filed.code, now=NOW)
    opened = open_hers(case=case, now=NOW)
    view = read_report(file=opened.file, keyring=Keyring(case.key), by=PERSON, now=NOW)
    assert view.contact is not None
    assert view.contact.email == "her@mail.example"
    assert view.contact.way is ContactWay.NONE


def test_no_mail_ever_goes_to_her(lived: Canary) -> None:
    """Whatever happens to a report, every mail is addressed to a platform, and names neither her nor her words."""
    courier = open_service(Service.COURIER)
    mails = []
    for parcel in Parcel.objects.exclude(sealed="").filter(kind=ParcelKind.EMAIL.value):
        opened = open_sealed(courier, parcel.sealed, place=sealed_place(parcel.public_id))
        content = unpack_content(opened, kind=ParcelKind.EMAIL)
        assert isinstance(content, EmailContent)
        mails.append(content)
    assert mails
    theirs = {"lanternurl", "url0", "url1", "url2"}  # a platform must be told where it is
    for mail in mails:
        assert mail.to == "abuse@lantern.example"
        whole = f"{mail.to} {mail.subject} {mail.reply_to} {mail.text} {mail.attachments}"
        assert [where for where, word in lived.words.items() if where not in theirs and word in whole] == []
        assert [where for where, word in lived.words.items() if word in mail.subject] == []
        for word in ("nude", "intimate", "sexual", "naked", "http"):
            assert word not in mail.subject.lower()
