"""Every mail that goes to a person, in every language: the same words for everybody, and none that gives her away."""

import ast
import email
import email.policy
import html
import inspect
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations.posting import sealed_place
from leeward.foundation.outbox.rules.mail import write_mail
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind, unpack_content
from leeward.foundation.vault.operations import open_sealed, open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.victim.file.news_words import neutral_words
from leeward.victim.file.rules.story import Story
from tests.victim.removals.conftest import NOW, told
from tests.victim.removals.news_people import HERS, by_mail, choose, notify, something_happens
from tests.victim.removals.teller import Teller

pytestmark = pytest.mark.django_db
PRODUCT = Path(__file__).parents[4] / "leeward"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Where mails are made. Whoever makes one elsewhere says here for whom, and what goes to a person is tested below.
TO_PLATFORMS = {"victim/removals/operations/notices.py"}
TO_PERSONS = {"victim/file/operations/news.py"}
TO_ORGANISATIONS = {
    "industry/declarations/operations/posting.py",  # who signs the declaration, or wishes to
    "policy/strategy/operations/registers.py",  # who keeps an agreement on sharing data
    "society/directory/operations/freshness.py",  # who looks after an entry
    "victim/network/operations/letters.py",  # a member of the network
    "justice/training/operations/links.py",  # somebody who is trained, at work
    "justice/courts/operations/turning.py",  # a company that a court's order addresses
    "justice/register/operations/checks.py",  # an authority whose request is decided: the same words either way
}
READ_AGAIN = {"foundation/outbox/rules/parcels.py"}
TELLING = {
    "en": (
        "picture", "image", "photo", "video", "removal", "remove", "report", "request", "case", "abuse", "victim",
        "nude", "intimate", "sexual", "police", "court", "platform", "site", "status", "code", "secret", "safe",
        "desk", "helpline", "help", "service", "support", "link", "click", "answer from",
    ),
    "ar": (
        "صورة", "صور", "فيديو", "إزالة", "حذف", "بلاغ", "إبلاغ", "طلب", "قضية", "إساءة", "ضحية", "عار", "حميم", "جنس",
        "شرطة", "محكمة", "منصة", "موقع", "رمز", "سر", "آمن", "مكتب", "خط المساعدة", "خدمة", "دعم", "رابط",
    ),
}  # fmt: skip


def makers() -> set[str]:
    """Every file of the product that makes a mail, by whatever name it calls it."""
    found = set()
    for path in PRODUCT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "EmailContent" not in text:
            continue  # to read it as Python takes a hundred times as long
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "EmailContent":
                found.add(str(path.relative_to(PRODUCT)))
    return found


def test_it_is_known_who_writes_mails_and_to_whom() -> None:
    assert makers() == TO_PLATFORMS | TO_PERSONS | TO_ORGANISATIONS | READ_AGAIN
    for path in PRODUCT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "django.core.mail" not in text and "smtplib" not in text:
            continue
        names = {
            name
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (getattr(node, "module", None) or "", *(alias.name for alias in node.names))
        }
        assert "django.core.mail" not in names, path
        assert "smtplib" not in names or path.name == "smtp.py", path


def own_names() -> set[str]:
    """What this installation and its services are called, and every word of that longer than two letters."""
    lines = [settings.LEEWARD_LINES[line] for line in ("crisis", "helpline", "children")]
    services = [*settings.LEEWARD_SERVICES, *lines]
    named = [settings.LEEWARD_NATION, "Leeward", *(str(each.name) for each in services)]
    if settings.LEEWARD_DESK:
        named.append(settings.LEEWARD_DESK.name)
    words = {word.lower() for name in named for word in name.split() if len(word) > 3}
    return words | {name.lower() for name in named}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_say_nothing_in_any_language(language: str) -> None:
    words = neutral_words(language)
    assert words == neutral_words(language)
    assert set(inspect.signature(neutral_words).parameters) == {"language"}  # there is nothing that could get in
    assert language in TELLING, "Say which words would give somebody away in this language."
    if language != settings.LANGUAGE_CODE:
        other = neutral_words(settings.LANGUAGE_CODE)
        assert words.subject != other.subject
        assert words.text != other.text
    for text in (words.subject, words.text):
        assert text.strip()
        assert not any(sign.isdigit() for sign in text)  # no reference, no time, no number to call
        assert not set("@/\\<>#%{}") & set(text)
        for mark in ("http", "www", "://", ".com", ".org"):
            assert mark not in text.lower()
        telling = [*TELLING[language], *TELLING["en"], *own_names()]
        assert [word for word in telling if word in text.lower()] == []
    assert "\n" not in words.subject


def test_a_language_that_is_not_shipped_any_more_gets_the_first() -> None:
    for language in ("", "xx", "tlh"):
        assert neutral_words(language) == neutral_words(settings.LANGUAGE_CODE)


def mails() -> list[tuple[EmailContent, EmailMessage]]:
    """Every mail that waits, as its parcel holds it and as it would stand on the wire."""
    courier, found = open_service(Service.COURIER), []
    for parcel in Parcel.objects.filter(kind=ParcelKind.EMAIL.value).order_by("id"):
        packed = open_sealed(courier, parcel.sealed, place=sealed_place(parcel.public_id))
        content = unpack_content(packed, kind=ParcelKind.EMAIL)
        assert isinstance(content, EmailContent)
        wire = write_mail(content, parcel=parcel.public_id, sender=content.sender, now=NOW)
        mail = email.message_from_bytes(wire, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        found.append((content, mail))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_happened_to_whom_it_is_the_same_mail(language: str, house: None) -> None:
    """Two people of whom nothing is alike get mails that differ in nothing but where they go, and when."""
    stories = (Story(words="He shared it."), Story(words="They want money.", uploader="somebody"))
    filed = [told(f"https://site{number}.example/p/{number}", story=story) for number, story in enumerate(stories)]
    for number, each in enumerate(filed):
        choose(each, by_mail(email=f"person{number}@mail.example", language=language))
        something_happens(each, now=NOW + timedelta(minutes=number))
    notify(now=NOW + timedelta(hours=1))
    (first, one), (second, two) = mails()
    assert (first.subject, first.text) == (second.subject, second.text)
    assert (first.subject, first.text) == (neutral_words(language).subject, neutral_words(language).text)
    for content, mail in ((first, one), (second, two)):
        assert set(mail.keys()) == {
            "From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
        }  # fmt: skip
        assert mail["From"] == settings.LEEWARD_NEUTRAL_FROM
        assert (content.reply_to, content.in_reply_to, content.attachments) == ("", "", ())
        assert mail["Subject"] == content.subject
        assert mail.get_content().replace("\r\n", "\n") == content.text
        assert not mail.is_multipart()
        whole = f"{mail.as_string()}|{mail.get_content()}".lower()
        for report in filed:
            assert str(report.reference) not in whole
            assert str(report.reference)[:8] not in whole
        assert "site" not in whole.replace("opposite", "")
        assert settings.LEEWARD_MAIL_FROM not in whole
    same = ("From", "Subject", "Content-Type", "Content-Transfer-Encoding")
    assert [one[name] for name in same] == [two[name] for name in same]


def test_the_sender_by_default_says_no_more_than_its_host() -> None:
    local = settings.LEEWARD_NEUTRAL_FROM.rpartition("@")[0]
    assert local == "info"
    assert local != settings.LEEWARD_MAIL_FROM.rpartition("@")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_she_reads_the_whole_message_before_she_says_yes(language: str, house: None) -> None:
    teller = Teller(client=Client(HTTP_ACCEPT_LANGUAGE=language))
    teller.begin()
    page = html.unescape(teller.get("/report/q/reach").content.decode())
    words = neutral_words(language)
    assert words.subject in page
    assert words.text.strip() in page
    assert settings.LEEWARD_NEUTRAL_FROM in page
    assert HERS not in page
