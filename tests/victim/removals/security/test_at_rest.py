"""Who stole the database and every secret of the web server opens nothing of the desk; nor does what was moved open."""

import base64
import contextlib
import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations

import pytest
from django.apps import apps
from django.conf import settings

from leeward.foundation.accounts.models import Unlock, User
from leeward.foundation.accounts.operations import open_unlock
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations.posting import sealed_place
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind, unpack_content
from leeward.foundation.vault.errors import CompartmentClosed, SealBroken
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import OpenFile, derive_key_pair, open_file, open_sealed, open_service
from leeward.foundation.vault.rules.grants import Compartment, Grantee, GranteeKind, Keyring, PrivateKey, Service
from leeward.foundation.vault.rules.seals import derive_key, key_from_text
from leeward.foundation.vault.rules.wraps import unwrap
from leeward.foundation.work.desks import leave_shift_note, shift_note_place
from leeward.foundation.work.models import ShiftNote
from leeward.industry.bank.rules import FeedbackValue
from leeward.industry.duties.rules import Element
from leeward.victim.file.models import File, Message, SafeWay, Thread
from leeward.victim.file.news_words import neutral_words
from leeward.victim.file.operations.files import counting_key, keep_needs
from leeward.victim.file.operations.news import safe_place
from leeward.victim.file.operations.shown import tell
from leeward.victim.file.rules.needs import Knows, Needs
from leeward.victim.file.rules.story import Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.portal.operations import open_visit
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.models import (
    Appeal,
    Notice,
    PictureWatch,
    Report,
    Request,
    Review,
    place,
)
from leeward.victim.removals.operations.answers import (
    decide,
    file_counter_notice,
    open_appeal,
    open_packet,
    settle_appeal,
)
from leeward.victim.removals.operations.desk import add_note, ask_review
from leeward.victim.removals.operations.notices import LINK_PURPOSE
from leeward.victim.removals.operations.picture_watches import link_place
from leeward.victim.removals.operations.reports import save_contact, watch_place, write_message
from leeward.victim.removals.operations.steps import locked_request
from leeward.victim.removals.queries.reports import read_report
from leeward.victim.removals.rules.decisions import Answer, Outcome, Reasons, RefusalReason
from leeward.victim.removals.rules.notices import Supply
from leeward.victim.removals.rules.notices.supplies import Supplies
from tests.foundation.vault.at_rest import PURPOSES, _succeeds, _wraps
from tests.victim.removals.conftest import NOW, PERSON, Company, Filed, Worker, told
from tests.victim.removals.desk_people import at_desk, send_all
from tests.victim.removals.news_people import by_mail
from tests.victim.removals.security.conftest import Canary
from tests.victim.removals.watching import look, met, watched

pytestmark = pytest.mark.django_db


# --- what a thief has -------------------------------------------------------------------------------------------------


def stolen_values() -> Iterator[bytes]:
    """Every value of every row of everything, as bytes."""
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            for value in row:
                yield bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def thiefs_keys() -> set[bytes]:
    """Each 32 bytes in the database, however written, each secret of the web server, and what is derived from those."""
    secrets = [settings.SECRET_KEY, settings.LEEWARD_CODE_PEPPER, settings.LEEWARD_INDEX_KEY]
    roots = {settings.LEEWARD_SIGNING_KEY, *(hashlib.sha256(secret.encode()).digest() for secret in secrets)}
    roots |= {key_from_text(secret, purpose=purpose) for secret in secrets for purpose in PURPOSES}
    derived = {derive_key(root, purpose=purpose) for root in roots for purpose in PURPOSES}
    return roots | derived | {key for value in stolen_values() for key in _readings(value)}


def _readings(value: bytes) -> Iterator[bytes]:
    if len(value) == 32:
        yield value
    if len(value) in (43, 44, 64):
        with contextlib.suppress(ValueError):
            yield from [bytes.fromhex(value.decode())] if len(value) == 64 else [_from_base64(value)]


def _from_base64(value: bytes) -> bytes:
    return base64.urlsafe_b64decode(value.ljust(44, b"="))


def boxes() -> list[tuple[str, str]]:
    """Everything that is sealed to one key, each with the very place that it belongs to."""
    found = [(parcel.sealed, sealed_place(parcel.public_id)) for parcel in Parcel.objects.exclude(sealed="")]
    found += [(row.watch, watch_place(row)) for row in Request.objects.exclude(watch="")]
    found += [(row.link, link_place(row)) for row in PictureWatch.objects.all()]
    found += [(row.sealed, safe_place(row)) for row in SafeWay.objects.exclude(sealed="")]
    found += [(row.words, f"removals.shift_note.words|{row.reference}") for row in ShiftNote.objects.all()]
    return found


def boxes_opened_by(key: bytes, *, of: list[tuple[str, str]]) -> int:
    whom = PrivateKey(grantee=Grantee(kind=GranteeKind.TEAM, id="desk", generation=1, public_key=b""), private=key)
    return sum(_succeeds(open_sealed, whom, sealed, place=place) for sealed, place in of)


def test_what_was_lived_through_opens_to_no_thief_and_stands_in_no_mail(lived: Canary) -> None:
    """Once for all of these, since to live it takes seconds; nothing here changes it."""
    _check_that_database_and_web_secrets_open_no_wrap_no_box_and_no_unlock(lived)
    _check_that_what_goes_to_her_is_neutral_and_all_else_to_a_platform(lived)


def _check_that_database_and_web_secrets_open_no_wrap_no_box_and_no_unlock(lived: Canary) -> None:
    _check_that_what_opens_is_in_no_table(lived)
    _check_that_a_link_opens_its_packet_and_its_digest_does_not(lived)
    thief = {key for key in thiefs_keys() if len(key) == 32}
    wraps = list(_wraps())
    sealed = boxes()
    assert (len(wraps), len(sealed), len(thief)) >= (30, 3, 100)
    assert SafeWay.objects.exclude(sealed="").exists()
    opened = [
        binding
        for key in thief
        for wrapped, whom, binding in wraps
        if _succeeds(unwrap, wrapped, key=PrivateKey(grantee=whom, private=key), binding=binding)
    ]
    assert opened == []
    assert sum(boxes_opened_by(key, of=sealed) for key in thief) == 0
    unlocks = [(User.objects.get(pk=row.user_id), row.pk) for row in Unlock.objects.all()]
    assert len(unlocks) >= 3
    for key in thief:
        cookie = base64.urlsafe_b64encode(key).decode()
        assert [user.username for user, row in unlocks if open_unlock(user=user, id=row, cookie=cookie, now=NOW)] == []
    # The browser's half does open it: the search can fail.
    rob = User.objects.get(username="rob")
    held = Unlock.objects.get(user=rob)
    assert open_unlock(user=rob, id=held.pk, cookie=lived.secrets["unlock of rob"], now=NOW) is not None


def _check_that_what_opens_is_in_no_table(lived: Canary) -> None:
    stored = b"\n".join(stolen_values())
    visit = open_visit(lived.secrets["visit"])
    assert visit is not None
    assert visit.bearer is not None
    halves = [visit.bearer.key.private, visit.bearer.key.private.hex().encode()]
    halves += [derive_key_pair(lived.secrets["link"], purpose=LINK_PURPOSE, kind=GranteeKind.LINK).private]
    texts = [lived.secrets[name].encode() for name in lived.secrets]
    assert [half for half in (*halves, *texts) if half in stored] == []
    # It can fail: what is public is found.
    assert visit.bearer.key.grantee.public_key in stored


def _check_that_a_link_opens_its_packet_and_its_digest_does_not(lived: Canary) -> None:
    notice = Notice.objects.get(platform__name="Lantern")
    key = derive_key_pair(lived.secrets["link"], purpose=LINK_PURPOSE, kind=GranteeKind.LINK)
    rows = Grant.objects.filter(file=notice.reference, grantee_kind=GranteeKind.LINK.value)
    assert [row.grantee_id for row in rows] == [key.grantee.id] == [notice.link_digest]
    assert open_packet(notice, keyring=Keyring(key), by=PERSON, now=NOW).compartments == {Compartment.PACKET}
    for text in (notice.link_digest, str(notice.reference), settings.SECRET_KEY):
        other = derive_key_pair(text.ljust(43, "x"), purpose=LINK_PURPOSE, kind=GranteeKind.LINK)
        assert other.private != key.private
    # A link opens one notice and nothing else that there is.
    assert not Grant.objects.filter(grantee_id=key.grantee.id).exclude(file=notice.reference).exists()


def _check_that_what_goes_to_her_is_neutral_and_all_else_to_a_platform(lived: Canary) -> None:
    """Whatever happens to a report, a mail is the neutral one to her, or to a platform, and then names her nowhere."""
    courier = open_service(Service.COURIER)
    mails, hers = [], []
    for parcel in Parcel.objects.exclude(sealed="").filter(kind=ParcelKind.EMAIL.value):
        opened = open_sealed(courier, parcel.sealed, place=sealed_place(parcel.public_id))
        content = unpack_content(opened, kind=ParcelKind.EMAIL)
        assert isinstance(content, EmailContent)
        (hers if lived.words["email"] in content.to else mails).append(content)
    assert len(hers) == 1
    words = neutral_words("en")
    assert (hers[0].subject, hers[0].text) == (words.subject, words.text)
    assert [where for where, word in lived.words.items() if word in f"{hers[0].subject} {hers[0].text}"] == []
    assert mails
    # A platform must be told where it is, and by which name somebody wants to be called whose work it is.
    theirs = {"lanternurl", "url0", "url1", "url2", "agent"}
    for mail in mails:
        assert mail.to == "abuse@lantern.example"
        whole = f"{mail.to} {mail.subject} {mail.reply_to} {mail.text} {mail.attachments}"
        assert [where for where, word in lived.words.items() if where not in theirs and word in whole] == []
        assert [where for where, word in lived.words.items() if word in mail.subject] == []
        for word in ("nude", "intimate", "sexual", "naked", "http"):
            assert word not in mail.subject.lower()


# --- what is moved does not open --------------------------------------------------------------------------------------


def filled(tag: str, robin: Worker, chatter: Company) -> Filed:
    """A report with a word of its own in every sealed column."""
    story = Story(words=f"{tag}-story")
    filed = told(f"https://chatter.example/{tag}-one", f"https://chatter.example/{tag}-two", story=story)
    save_contact(opened=filed.open(), contact=by_mail(email=f"{tag}-contact@mail.example"), by=PERSON, now=NOW)
    opened = at_desk(filed, robin)
    file = Report.objects.get(reference=filed.reference).file
    keep_needs(file, Needs(words=f"{tag}-wish", knows=Knows.DESK), opened=opened.file)
    counting_key(opened.file)
    for side, word in ((Side.PERSON, "hers"), (Side.TEAM, "ours")):
        write_message(opened=opened, words=f"{tag}-{word}", side=side, by=robin.actor, now=NOW)
    tell(Bearer(look_up="", key=filed.key, holds={"report": filed.reference}), "desk", [filed.reference], NOW)
    add_note(opened=opened, words=f"{tag}-note", by=robin.actor, now=NOW)
    ask_review(opened=opened, kind=Review.Kind.COURT, reason=f"{tag}-reason", by=robin.actor, now=NOW)
    leave_shift_note(team="desk", words=f"{tag}-shift", by=robin.actor, now=NOW)
    send_all(filed, robin)
    one, two = Request.objects.filter(report__reference=filed.reference).order_by("ordinal")
    given = Supplies(given=(Supply(element=Element.IDENTIFICATION, words=f"{tag}-supplied"),))
    one.supplied = Request.box(opened.file, "supplied", one.root, given.to_text())
    one.save()
    no = Reasons(facts=f"{tag}-facts", refusal=RefusalReason.OTHER)
    decide(side=chatter.side, references=[one.reference], answer=Answer(outcome=Outcome.REFUSED, reasons=no), now=NOW)
    yes = Reasons(facts=f"{tag}-gone")
    decide(side=chatter.side, references=[two.reference], answer=Answer(outcome=Outcome.REMOVED, reasons=yes), now=NOW)
    row = locked_request(pk=one.pk)
    assert row.notice is not None
    packet = open_packet(row.notice, keyring=robin.keyring, by=PERSON, now=NOW)
    open_appeal(row, appeal_side=Appeal.Side.PERSON, words=f"{tag}-appeal", packet=packet, by=PERSON, now=NOW)
    appeal = open_appeal(row, appeal_side=Appeal.Side.PERSON, words="", packet=packet, by=PERSON, now=NOW)
    settle_appeal(side=chatter.side, appeal=appeal, reverses=False, words=f"{tag}-answer", now=NOW)
    file_counter_notice(side=chatter.side, reference=two.reference, words=f"{tag}-counter", now=NOW)
    watched(filed, names=(tag,))
    met(chatter, FeedbackValue.PENDING_REVIEW, name=f"{tag}/upright")
    look()
    return filed


@pytest.fixture
def two_reports(robin: Worker, chatter: Company) -> tuple[Filed, Filed]:
    return filled("first", robin, chatter), filled("second", robin, chatter)


type Opener = Callable[[str], str | None]


def _by_file(file: OpenFile, compartment: Compartment, where: str) -> Opener:
    def opened(sealed: str) -> str | None:
        try:
            return file.unseal(sealed, compartment=compartment, place=where)
        except (SealBroken, CompartmentClosed):
            return None

    return opened


def _by_key(key: PrivateKey, where: str) -> Opener:
    def opened(sealed: str) -> str | None:
        try:
            return open_sealed(key, sealed, place=where)
        except SealBroken:
            return None

    return opened


def cells_of(filed: Filed, robin: Worker) -> Iterator[tuple[str, str, Opener]]:
    """Each sealed cell of one report: its column, its text, and how the desk (or a worker) opens that very cell."""
    opened, report = at_desk(filed, robin), Report.objects.get(reference=filed.reference)
    file, casework = opened.file, opened.casework
    assert casework is not None
    where = partial(File.place_of, reference=report.reference)
    yield "File.story", report.file.story, _by_file(file, Compartment.STORY, where("story"))
    yield "File.contact", report.file.contact, _by_file(file, Compartment.CONTACT, where("contact"))
    yield "File.needs", report.file.needs, _by_file(file, Compartment.STORY, where("needs"))
    yield "File.counting", report.file.counting, _by_file(file, Compartment.STORY, where("counting"))
    monitor = open_service(Service.MONITOR)
    yield "PictureWatch.link", report.picture_watch.link, _by_key(monitor, link_place(report.picture_watch))
    way = SafeWay.objects.get(file=report.file)
    yield "SafeWay.sealed", way.sealed, _by_key(open_service(Service.NOTIFIER), safe_place(way))
    for row in report.requests.all():
        yield "Request.item", row.item, _by_file(file, Compartment.EVIDENCE, place("request", "item", row.root))
        supplied = _by_file(file, Compartment.EVIDENCE, place("request", "supplied", row.root))
        yield "Request.supplied", row.supplied, supplied
        yield "Request.watch", row.watch, _by_key(monitor, watch_place(row))
        assert row.notice is not None
        for match in row.matches.all():
            file_of_match = open_file(file=match.reference, keyring=robin.keyring, by=robin.actor, now=NOW)
            where_it_is = place("match", "content", match.reference)
            yield "Match.content", match.content, _by_file(file_of_match, Compartment.PACKET, where_it_is)
        packet = open_packet(row.notice, keyring=robin.keyring, by=robin.actor, now=NOW)
        for found in row.decisions.all():
            inside = _by_file(packet, Compartment.PACKET, place("decision", "words", found.reference))
            yield "Decision.words", found.words, inside
        for appeal in row.appeals.all():
            inside = partial(_by_file, packet, Compartment.PACKET)
            yield "Appeal.words", appeal.words, inside(place("appeal", "words", appeal.reference))
            yield "Appeal.answer", appeal.answer, inside(place("appeal", "answer", appeal.reference))
    for notice in report.notices.all():
        packet = open_packet(notice, keyring=robin.keyring, by=robin.actor, now=NOW)
        yield (
            "Notice.content",
            notice.content,
            _by_file(packet, Compartment.PACKET, place("notice", "content", notice.reference)),
        )
    assert opened.thread is not None
    assert report.thread is not None
    shown = Thread.place_of("shown", report.thread.reference)
    yield "Thread.shown", report.thread.shown, _by_file(opened.thread, Compartment.STORY, shown)
    for message in report.thread.messages.all():
        inside = partial(_by_file, opened.thread, Compartment.STORY)
        yield "Message.words", message.words, inside(Message.place_of("words", message.reference))
    for note in report.notes.all():
        yield "Note.words", note.words, _by_file(casework, Compartment.CASEWORK, place("note", "words", note.reference))
    for review in report.reviews.all():
        yield (
            "Review.reason",
            review.reason,
            _by_file(casework, Compartment.CASEWORK, place("review", "reason", review.reference)),
        )


def shift_cells(robin: Worker) -> Iterator[tuple[str, str, Opener]]:
    key = robin.keyring.find(GranteeKind.TEAM, "desk", 1)
    assert key is not None
    for row in ShiftNote.objects.all():
        yield "ShiftNote.words", row.words, _by_key(key, shift_note_place(row.reference))


def test_each_sealed_text_opens_in_its_own_place_and_in_no_other(robin: Worker, chatter: Company) -> None:
    reports = [filled(tag, robin, chatter) for tag in ("first", "second")]
    cells = [cell for filed in reports for cell in cells_of(filed, robin)] + list(shift_cells(robin))
    cells = [cell for cell in cells if cell[1]]
    columns = {
        f"{model.__name__}.{column.name}"
        for app in ("file", "removals", "work")
        for model in apps.get_app_config(app).get_models()
        for column in model._meta.local_fields
        if isinstance(column, SealedField)
    }
    assert {name for name, _text, _opener in cells} == columns  # a new column is moved about too
    assert [name for name, text, opener in cells if opener(text) is None] == []
    moved = [
        (source, target)
        for (target, _own, opener), (source, text, _opener) in permutations(cells, 2)
        if opener(text) is not None
    ]
    assert moved == []
    # Nor under another generation of the file's key.
    older = [(name, text.replace("lw1.1.", "lw1.2."), opener) for name, text, opener in cells if text[:4] == "lw1."]
    assert len(older) > 20
    assert [name for name, text, opener in older if opener(text) is not None] == []

    _check_that_a_moved_story_is_not_shown(*reports, robin)


def _check_that_a_moved_story_is_not_shown(first: Filed, second: Filed, robin: Worker) -> None:
    message = Message.objects.filter(thread__report__reference=second.reference).first()
    assert message is not None
    for stolen in (File.objects.get(reference=second.reference).story, message.words):
        File.objects.filter(reference=first.reference).update(story=stolen)
        opened = at_desk(first, robin)
        with pytest.raises(SealBroken):
            read_report(file=opened.file, keyring=robin.keyring, by=robin.actor, now=NOW, casework=opened.casework)
