"""From the alert to its answer: two people, two times a day, mails that say nothing, a link, and a bulletin."""

import re
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editions.errors import SameHands
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.pages.operations import add_shipped
from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.file.rules.story import Harm
from leeward.victim.helpline.operations.parity import keep_law_gaps
from leeward.victim.helpline.rules.parity import LAW
from leeward.victim.network.errors import AlertMoved, AlertUnwritten, AnswersTooMany
from leeward.victim.network.figures import alert_counts
from leeward.victim.network.models import Alert, AlertAnswer, AlertLetter, LawGap, Member
from leeward.victim.network.operations import warning
from leeward.victim.network.operations.alerts import answer_alert, discard_alert, name_gap, sign_alert, word_alert
from leeward.victim.network.operations.bulletin import last_month
from leeward.victim.network.operations.members import set_mailbox
from leeward.victim.network.operations.practices import save_practice
from leeward.victim.network.operations.warning import write_of_alerts
from leeward.victim.network.published import draft
from leeward.victim.network.queries.bulletin import BULLETIN, has_bulletin, read_draft
from leeward.victim.network.rules.practices import NewPractice
from leeward.victim.network.rules.tactics import AnswerKind
from tests.browsing import see
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, OPERATOR
from tests.victim.network.browsing import page_of, press
from tests.victim.network.conftest import joins
from tests.victim.network.mailed import MAILBOX, comes_by_link, mails
from tests.victim.network.warned import CONTACT, HELPS, READER, SAID, WRITER, begin, named_contact, raised, signed

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OUT = datetime(2026, 11, 24, 16, tzinfo=UTC)  # NOW is at noon


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def people(house: Standing) -> dict[str, Client]:
    """The secretary, who leads the helpline, and a member's worker."""

    def hire() -> None:
        employ("hugo", Role.NETWORK_SECRETARY)
        employ("selma", Role.HELPLINE_LEAD)
        employ("ruth", Role.MEMBER_WORKER, affiliation=str(joins("Bay").member))

    house("warning staff", hire)
    return {name: come_in(name) for name in ("hugo", "selma", "ruth")}


def token_in(text: str) -> str:
    found = re.search(r"/warned/([\w-]{43})\n", text)
    assert found is not None, text
    return found[1]


def test_one_writes_another_reads_and_it_leaves_at_the_next_time(
    people: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    hugo, selma, ruth = people.values()
    alert = raised(NOW)
    assert "Write the warning" in see(hugo, reverse("work:home"))
    assert "To be written" in see(selma, reverse("work:home"))
    typed = {"words_en": "They pose as Karim.", "helps_en": HELPS, "words_ar": "", "helps_ar": "", "seen": ""}
    typed["seen"] = Alert.objects.get().sha256
    refused = press(hugo, "alert-word", alert, status=400, **typed)
    assert "Look at this again" in refused
    assert "Karim" in refused
    typed["words_en"] = SAID.words
    press(hugo, "alert-word", alert, **typed)
    shown = see(hugo, page_of("alert", alert))
    assert "You wrote this alert. Ask somebody else" in shown
    sha256 = Alert.objects.get().sha256
    known = {"sha256": sha256, "seen": sha256}
    refused = press(hugo, "alert-sign", alert, status=400, read="on", **known)
    assert ("You wrote this alert. Ask somebody else" in refused, "release" in refused) == (True, False)
    assert "Read it first" in press(selma, "alert-sign", alert, status=400, **known)
    assert "changed this meanwhile" in press(selma, "alert-sign", alert, status=400, read="on", **known | {"seen": "x"})
    press(selma, "alert-sign", alert, read="on", **known)
    row = Alert.objects.get()
    assert (row.leaves_at, row.signed_at) == (OUT, NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Alert.objects.update(words={})
    assert SAID.words not in see(ruth, page_of("alerts"))
    at(monkeypatch, OUT)
    hugo, ruth = come_in("hugo"), come_in("ruth")  # days later nobody is signed in any more
    told = see(ruth, page_of("alerts"))
    for said in (SAID.words, HELPS, "Five or more since week 48 of 2026", "An offer of work"):
        assert said in told
    assert ruth.get(page_of("warnings")).status_code == 403
    assert ruth.get(page_of("alert", alert)).status_code == 403
    assert "this alert has changed" in press(hugo, "alert-discard", alert, status=409, why="Late")


def test_what_is_refused_of_an_alert_is_refused_by_name() -> None:
    alert = raised(NOW)
    with pytest.raises(AlertUnwritten):
        sign_alert(alert=alert, sha256="", by=READER, now=NOW)
    with pytest.raises(FieldRefused):
        word_alert(alert=alert, words={"ar": "كلام"}, helps={"en": HELPS}, by=WRITER, now=NOW)
    word_alert(alert=alert, words={"en": SAID.words}, helps={"en": HELPS}, by=WRITER, now=NOW)
    looked = Alert.objects.get().sha256
    with pytest.raises(SameHands):
        sign_alert(alert=alert, sha256=looked, by=WRITER, now=NOW)
    word_alert(alert=alert, words={"en": "Something else."}, helps={"en": HELPS}, by=WRITER, now=NOW)
    with pytest.raises(FieldRefused):
        sign_alert(alert=alert, sha256=looked, by=READER, now=NOW)  # of words that were not read
    discard_alert(alert=alert, why="A joke", by=READER, now=NOW)
    with pytest.raises(AlertMoved):
        word_alert(alert=alert, words={"en": "x"}, helps={"en": "y"}, by=WRITER, now=NOW)


def test_each_is_written_once_and_a_kill_leaves_neither_mail_nor_row(
    forwarder: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    named_contact(NOW)
    comes_by_link()
    joins("Bay", mailbox="bay@bay.example")
    joins("Cove")  # wants no mail
    signed(NOW)

    def write(now: datetime) -> int:
        return write_of_alerts(now=now, limit=100, forwarder=forwarder)

    assert write(OUT - timedelta(minutes=1)) == 0
    with monkeypatch.context() as patch:

        def killed(**_line: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(warning, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            write(OUT)
    assert (Parcel.objects.count(), AlertLetter.objects.count()) == (0, 0)
    assert (write(OUT), write(OUT + DAY)) == (3, 0)
    found = {mail.to: mail for mail in mails()}
    assert found.keys() == {CONTACT, MAILBOX, "bay@bay.example"}
    for mail in found.values():
        for word in ("picture", "agency", "pay", "week", "Ark", "Bay"):
            assert word not in mail.subject + re.sub(r"/warned/\S+", "", mail.text)
    assert "/warned/" not in found["bay@bay.example"].text  # they look at their own page
    assert CONTACT not in "".join(map(str, Alert.objects.values_list("words")))


@pytest.mark.usefixtures("people")
def test_links_of_alerts_end_with_their_mailboxes_and_a_new_mail_is_written(
    forwarder: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    named_contact(NOW)
    ark = comes_by_link()
    signed(NOW)
    write_of_alerts(now=OUT, limit=100, forwarder=forwarder)
    at(monkeypatch, OUT)
    first = [f"/warned/{token_in(mail.text)}" for mail in mails() if mail.to in (MAILBOX, CONTACT)]
    for address in first:
        see(Client(), address)
    named_contact(OUT, mailbox="right@justice.example")
    set_mailbox(member=ark.member, mailbox="right@ark.example", by=OPERATOR, now=OUT)
    for address in first:
        see(Client(), address, status=404)
    write_of_alerts(now=OUT, limit=100, forwarder=forwarder)
    again = {mail.to: f"/warned/{token_in(mail.text)}" for mail in mails() if mail.to.startswith("right@")}
    assert set(again) == {"right@justice.example", "right@ark.example"}
    for address in again.values():
        see(Client(), address)
    Member.objects.filter(public_id=ark.member).update(signed_on=OUT.date() - 9 * DAY, until=OUT.date() - DAY)
    see(Client(), again["right@ark.example"], status=404)
    see(Client(), again["right@justice.example"])


@pytest.mark.usefixtures("people")
def test_the_contact_answers_by_its_link_within_14_days_or_is_overdue(
    forwarder: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    named_contact(NOW)
    comes_by_link()
    signed(NOW)
    write_of_alerts(now=OUT, limit=100, forwarder=forwarder)
    texts = {mail.to: mail.text for mail in mails()}
    at(monkeypatch, OUT + 14 * DAY)
    assert "No answer in 14 days" in see(come_in("ruth"), page_of("alerts"))
    assert "The government has not answered" in see(come_in("hugo"), reverse("work:home"))
    assert alert_counts(now=OUT + 14 * DAY).answered == 0
    assert alert_counts(now=OUT + 13 * DAY).asked == 0
    at(monkeypatch, OUT + 2 * DAY)
    member, contact = f"/warned/{token_in(texts[MAILBOX])}", f"/warned/{token_in(texts[CONTACT])}"
    outside = Client()
    shown = see(outside, member)
    assert SAID.words in shown
    assert 'name="robots" content="noindex' in shown
    assert "Send the answer" not in shown
    outside.post(member, {"kind": "known"})  # a member has no answer to give
    assert not AlertAnswer.objects.exists()
    assert "Please answer by 8 December 2026" in see(outside, contact)
    assert "Say why it is not yours" in outside.post(contact, {"kind": "not_ours"}).content.decode()
    assert outside.post(contact, {"kind": "acting", "words": "We ask platforms."}).status_code == 303
    outside.post(contact, {"kind": "acting", "words": "We ask platforms."})  # pressed twice
    assert AlertAnswer.objects.get().at == OUT + 2 * DAY
    assert "We ask platforms." in see(come_in("ruth"), page_of("alerts"))
    at(monkeypatch, OUT + 14 * DAY)
    assert "The government has not answered" not in see(come_in("hugo"), reverse("work:home"))
    found = alert_counts(now=OUT + 3 * DAY)
    assert (found.lead_days, found.asked, found.answered) == (0, 1, 1)
    letter = AlertLetter.objects.get(member=None)
    for number in range(9):
        answer_alert(letter=letter.pk, kind=AnswerKind.KNOWN, words=str(number), by=OPERATOR, now=OUT)
    with pytest.raises(AnswersTooMany):
        answer_alert(letter=letter.pk, kind=AnswerKind.KNOWN, words="more", by=OPERATOR, now=OUT)
    with pytest.raises(DatabaseError), transaction.atomic():
        AlertAnswer.objects.all().delete()
    see(outside, f"/warned/{'x' * 43}", status=404)
    at(monkeypatch, OUT + 181 * DAY)
    see(outside, contact, status=404)


def test_the_secretary_names_the_office_and_gaps_are_named_and_closed(people: dict[str, Client]) -> None:
    hugo, ruth = people["hugo"], people["ruth"]
    assert "No office of the government is named" in see(hugo, page_of("warnings"))
    typed = {"office": "Ministry", "mailbox": "", "language": "en", "first": "10:00", "second": "16:00", "seen": ""}
    assert "Enter an e-mail address" in press(hugo, "warning-plan", status=400, **typed)
    press(hugo, "warning-plan", **typed | {"mailbox": CONTACT})
    assert people["selma"].get(page_of("warning-plan")).status_code == 403
    assert "Look at this again" in press(ruth, "gaps", status=400, words="A threat by Karim", once=str(uuid.uuid4()))
    press(ruth, "gaps", words="A threat alone is no crime.", once=str(uuid.uuid4()))
    gap = LawGap.objects.get()
    assert ruth.post(page_of("gap-close", gap.public_id)).status_code == 403
    press(hugo, "gap-close", gap.public_id)
    assert "None is named." in see(ruth, page_of("gaps"))


def test_the_bulletin_tells_of_its_month_and_hides_small_numbers(people: dict[str, Client]) -> None:
    october = datetime(2026, 10, 6, 12, tzinfo=UTC)
    signed(october)
    signed(NOW)  # of this month: not in it
    named_contact(october)
    name_gap(gap=uuid.uuid4(), words="A threat alone is no crime.", by=WRITER, now=october)
    add_shipped(now=october)
    found = {"measured": "How many wrote again.", "result": "7 of 112.", "measured_by": "Puffin", "source": ""}
    save_practice(new=NewPractice(page="safe-accounts", review_on=date(2026, 10, 20), **found), by=WRITER, now=october)
    summer = {(LAW, Harm.OUTING, ""): 38, (LAW, Harm.DOXXING, ""): 24, (LAW, Harm.HARASSMENT, ""): 3}
    keep_law_gaps({date(2026, 7, 1): Counter(summer)}, now=october)
    keep_law_gaps({date(2026, 10, 1): Counter(summer)}, now=NOW + 60 * DAY)  # that quarter is not over in October
    hugo, selma = people["hugo"], people["selma"]
    assert "Nobody has drafted it yet" in see(hugo, reverse("work:home"))
    name = draft(title="October", by=WRITER, now=NOW)
    assert has_bulletin(last_month(NOW))
    first = read_draft(name)
    assert [(each["words"], each["helps"]) for each in first.alerts] == [({"en": SAID.words}, {"en": HELPS})]
    assert first.total.value is None  # one sighting
    for _each in range(11):
        begin(october)
    counted = read_draft(draft(title="October again", by=WRITER, now=NOW))
    assert counted.total.value == 10
    page = reverse("bulletin:draft-show", args=[name])
    assert page in see(selma, reverse("work:home"))
    sha256 = re.search(r'name="sha256" value="(\w{64})"', see(selma, reverse("bulletin:draft-sign", args=[name])))
    assert sha256
    selma.post(reverse("bulletin:draft-sign", args=[name]), {"looked": "on", "sha256": sha256[1]})
    everybody = Client()
    for language in ("en", "ar"):
        shown = everybody.get(reverse("bulletin:release", args=[name]), HTTP_ACCEPT_LANGUAGE=language)
        for said in (SAID.words, HELPS, "A threat alone is no crime.", "7 of 112."):
            assert said in shown.content.decode()
    lines = everybody.get(reverse("bulletin:release-file", args=[name, "sightings.csv"])).content.decode().splitlines()
    assert lines[1] == "all,_T,All,,,,,c"
    [law] = first.law
    assert (law.quarter, law.counted, law.total) == (date(2026, 7, 1), date(2026, 10, 6), 65)
    assert law.rows == [(Harm.OUTING, 40)]  # three are few, and would be told by the other
    counted_by_law = everybody.get(reverse("bulletin:release-file", args=[name, "law.csv"])).content.decode()
    assert "2026-07-01,_T,All,65,63,67,rounded,,2026-10-06" in counted_by_law
    assert "As counted on 6 October 2026" in see(everybody, reverse("bulletin:release", args=[name]))
    shelf = everybody.get(reverse("bulletin:release-file", args=[name, "practices.csv"])).content.decode()
    told = "How many wrote again.,7 of 112.,Puffin,,2026-10-20,no"
    assert shelf.splitlines()[1:] == [f"safe-accounts,How to make your accounts safe,{told}"]
    assert BULLETIN in see(everybody, reverse("editions:all"))
