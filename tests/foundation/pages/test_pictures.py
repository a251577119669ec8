"""Pictures that pages show: looked at by the bank, approved by a second person, and gone once they may not be there."""

import hashlib
import io
import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hashmatch.pdq import hash_image
from PIL import Image
from skimage import data

from leeward.config.sweeps import sweeps
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.pages import decoding
from leeward.foundation.pages.errors import PageMistake
from leeward.foundation.pages.models import FileContent, FileLook, FileWithdrawal, PageFile, Sheet, StoodOn
from leeward.foundation.pages.operations import pictures
from leeward.foundation.pages.providers import PictureCheck
from leeward.industry.bank.models import Entry
from leeward.industry.bank.operations import publish_pending
from leeward.industry.bank.operations.entries import take_in
from leeward.industry.bank.rules import HashType, NewHash
from tests.foundation.accounts.people import NOW, at
from tests.foundation.pages import looks
from tests.foundation.pages.opened import streams
from tests.foundation.pages.writing import approve, print_now, text_of, write

pytestmark = pytest.mark.django_db

PHOTO = Image.fromarray(data.astronaut()).resize((320, 320))
WORDS = {"alternative_en": "A person in a suit", "alternative_ar": "شخص ببدلة"}


def saved(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    made = io.BytesIO()
    picture.save(made, form, **options)
    return made.getvalue()


def add(client: Client, content: bytes, **typed: str) -> Any:
    fields = {"seen": "", "name": "Suit", "file": SimpleUploadedFile("x.png", content)} | WORDS | typed
    return client.post(reverse("pages:add-picture"), fields)


def say_yes(client: Client, file: PageFile, sha256: str = "") -> Any:
    return client.post(reverse("pages:look", args=[file.code]), {"seen": "", "sha256": sha256 or file.sha256})


def protect(value: str, hash_type: HashType = HashType.PDQ) -> None:
    quality = 100 if hash_type is HashType.PDQ else None
    new = NewHash(hash_type=hash_type, value=value, variant="upright", quality=quality)
    with transaction.atomic():
        take_in([new], expires_on=date(2030, 1, 1), now=NOW)


def withdraw(client: Client, file: PageFile) -> Any:
    return client.post(reverse("pages:withdraw-picture", args=[file.code]), {"seen": "", "reason": "Old."})


def kept() -> int:
    return PageFile.objects.count() + FileContent.objects.count() + FileLook.objects.count()


def trail() -> list[str]:
    return sorted(AuditEvent.objects.filter(verb__startswith="pages.file").values_list("verb", flat=True))


APART = decoding._apart


@pytest.fixture(autouse=True)
def _here(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock, and pictures decoded in this process, which takes no second to start, where a test does not say so."""
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    at(monkeypatch, NOW)
    monkeypatch.setattr(decoding, "_apart", decoding.answer)


def shown(dana: Client, petra: Client) -> PageFile:
    assert add(dana, saved(PHOTO)).status_code == 303
    file = PageFile.objects.get()
    assert say_yes(petra, file).status_code == 303
    file.refresh_from_db()
    return file


def test_the_whole_way_to_a_page_and_to_paper(dana: Client, petra: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_apart", APART)
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    sent = saved(PHOTO, "JPEG", quality=90, exif=exif, comment=b"SECRET-PLACE")
    assert b"SECRET-PLACE" in sent
    assert add(dana, sent).status_code == 303
    file = PageFile.objects.get()
    content = bytes(file.kept.content)
    assert b"SECRET" not in content
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert (file.media_type, file.width, file.height) == ("image/jpeg", 320, 320)
    address, body = f"/pages/files/{file.code}", f"One.\n\n![A person](file:{file.code})"
    assert Client().get(address).status_code == 404
    assert dana.get(reverse("pages:content", args=[file.code])).content == content
    assert "Suit" in text_of(petra.get("/staff/"))
    assert write(dana, body=body).status_code == 303
    refused = approve(petra)
    assert (refused.status_code, StoodOn.objects.count()) == (400, 0)
    assert "waits for a second person" in text_of(petra.get(reverse("pages:approve", args=["help", "en"])))
    assert say_yes(petra, file).status_code == 303
    assert approve(petra).status_code == 303
    assert StoodOn.objects.filter(kind="file", key=file.code).exists()
    page = Client().get("/help").content.decode()
    assert f'src="{address}" alt="A person" width="320" height="320"' in page
    served = Client().get(address)
    assert (served.status_code, served.content, served["Content-Type"]) == (200, content, "image/jpeg")
    assert (served["X-Content-Type-Options"], served["Cache-Control"]) == ("nosniff", "no-store")
    paper = Client().get("/pages/help/paper/leaflet.pdf")
    assert paper.status_code == 200
    assert b"/Subtype /Image" in paper.content
    assert b"/Alt (A person)" in streams(paper.content)
    first = Sheet.objects.get()
    assert "This sheet is still right" in text_of(Client().get(f"/p/{first.code}"))
    withdrawn = withdraw(petra, file)
    assert (withdrawn.status_code, Client().get(address).status_code) == (303, 410)
    assert not FileContent.objects.exists()
    assert not FileLook.objects.exists()
    gone = Client().get("/help")
    assert b"<img" not in gone.content.partition(b"<main")[2].partition(b"</main")[0]
    assert "A person" in text_of(gone)
    paper = Client().get("/pages/help/paper/leaflet.pdf")
    assert paper.status_code == 200
    assert b"/Subtype /Image" not in paper.content
    assert "Do not use this sheet" in text_of(Client().get(f"/p/{first.code}"))
    second = Sheet.objects.exclude(pk=first.pk).get()
    assert "This sheet is still right" in text_of(Client().get(f"/p/{second.code}"))
    assert trail() == ["pages.file_added", "pages.file_approved", "pages.file_withdrawn"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a picture", "whole PNG, JPEG or WebP"),
        (saved(PHOTO)[:9000], "whole PNG, JPEG or WebP"),
        (saved(PHOTO, "GIF"), "whole PNG, JPEG or WebP"),
        (saved(Image.new("1", (4000, 3001))), "at most 2 MB and 12 million pixels"),
        (b"\x89PNG" + bytes(2 * 1024 * 1024), "at most 2 MB"),
        (saved(PHOTO, "WEBP", save_all=True, append_images=[PHOTO.rotate(90)]), "this one moves"),
        (saved(Image.new("RGB", (300, 300), "white")), "could not be compared"),
    ],
)
def test_what_cannot_be_taken_is_named_and_not_kept(dana: Client, content: bytes, said: str) -> None:
    answer = add(dana, content)
    assert (answer.status_code, kept()) == (400, 0)
    assert said in text_of(answer)
    assert trail() == (["pages.file_refused"] if "compared" in said else [])


@pytest.mark.parametrize(
    "look", [looks.die, looks.hang, looks.eat, looks.write, looks.read, looks.call, looks.tell_much]
)
def test_a_file_that_leads_a_decoder_astray_harms_nothing_else(
    look: Callable[[bytes], Collection[str]], dana: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "_apart", APART)
    monkeypatch.setattr(decoding, "SECONDS_MOST", 6 if look is looks.hang else 30)
    monkeypatch.setattr(
        pictures, "picture_checks", lambda: {"one": PictureCheck(marks=look, upto=str, is_refused=lambda *_: False)}
    )
    answer = add(dana, saved(PHOTO))
    assert (answer.status_code, kept()) == (400, 0)
    assert "could not be read safely" in text_of(answer)
    assert not looks.LEFT.exists()


def test_the_process_that_decodes_knows_no_secret() -> None:
    known = APART(saved(PHOTO), {"one": f"{looks.__name__}:know"})["marks"]["one"]
    assert set(known) <= {"PYTHONPATH", "OPENBLAS_NUM_THREADS", "LC_CTYPE"}


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {"mistake": "?"},
        {"content": "", "media_type": "image/png", "width": 1, "height": 1, "marks": {}},
        {"content": "PGh0bWw+", "media_type": "text/html", "width": 1, "height": 1, "marks": {}},
        {"content": "PGh0bWw+", "media_type": "image/png", "width": 1, "height": 1, "marks": {}},
        {"content": "iVBORw0KGgo=", "media_type": "image/png", "width": 9**9, "height": 1, "marks": {}},
        {"content": "iVBORw0KGgo=", "media_type": "image/png", "width": 1, "height": 1, "marks": {}},
        {"content": "iVBORw0KGgo=", "media_type": "image/png", "width": 1, "height": 1, "marks": {"one": [1]}},
    ],
)
def test_what_a_decoder_tells_is_not_believed(told: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_apart", lambda *_: told)
    with pytest.raises(FieldRefused) as refused:
        decoding.decode(b"x", {"one": looks.know})
    assert refused.value.code is PageMistake.FILE_UNREAD


def test_every_language_needs_its_words(dana: Client) -> None:
    assert add(dana, saved(PHOTO), alternative_ar="").status_code == 400
    assert kept() == 0


def test_a_resized_copy_of_what_is_protected_is_refused(dana: Client) -> None:
    protect(hash_image(saved(Image.fromarray(data.astronaut()))).hash.hex)
    answer = add(dana, saved(PHOTO.resize((200, 200)), "JPEG"))
    assert (answer.status_code, kept()) == (400, 0)
    assert "must not be shown here" in text_of(answer)
    (line,) = AuditEvent.objects.filter(verb="pages.file_refused")
    assert (line.subject_kind, line.subject_reference, str(line.facts)) == ("page_file", "", "{}")


@pytest.mark.parametrize("kind", [HashType.SHA256, HashType.MD5])
def test_the_very_file_that_is_protected_is_refused(dana: Client, kind: HashType) -> None:
    content = saved(PHOTO)
    protect(hashlib.new(kind.value, content).hexdigest(), kind)
    assert (add(dana, content).status_code, kept()) == (400, 0)


def test_a_hash_that_was_withdrawn_refuses_nothing(dana: Client) -> None:
    protect(hash_image(saved(PHOTO)).hash.hex)
    Entry.objects.update(status="withdrawn", withdrawn_at=NOW)
    assert add(dana, saved(PHOTO)).status_code == 303


def test_where_nobody_looks_nothing_is_taken(dana: Client, settings: Any) -> None:
    settings.LEEWARD_PICTURE_CHECKS = []
    assert (add(dana, saved(PHOTO)).status_code, kept()) == (400, 0)


def test_whoever_added_it_cannot_approve_it_nor_anybody_what_they_did_not_see(dana: Client, petra: Client) -> None:
    add(dana, saved(PHOTO))
    file = PageFile.objects.get()
    assert say_yes(dana, file).status_code == 400
    assert say_yes(petra, file, "0" * 64).status_code == 400
    assert PageFile.objects.filter(approved_at=None).exists()
    assert say_yes(petra, file).status_code == 303
    assert say_yes(petra, file).status_code == 400


def test_a_hash_that_comes_later_takes_the_picture_back_by_itself(dana: Client, petra: Client) -> None:
    file = shown(dana, petra)
    withdraw = sweeps(NOW)["pictures withdrawn"]
    assert withdraw() == 0
    protect("0f" * 32)
    publish_pending(now=NOW)
    assert withdraw() == 0
    protect(hash_image(saved(PHOTO.resize((500, 500)))).hash.hex)
    publish_pending(now=NOW)
    assert (withdraw(), withdraw()) == (1, 0)
    assert Client().get(f"/pages/files/{file.code}").status_code == 410
    assert not FileContent.objects.exists()
    last = AuditEvent.objects.filter(verb="pages.file_withdrawn").get()
    assert (last.actor_kind, str(last.facts)) == ("system", "{}")
    told = text_of(petra.get(reverse("pages:look", args=[file.code])))
    assert "somebody protects" in told
    assert "picture approved" in told


def test_a_text_that_shows_what_it_must_not_is_named(dana: Client, petra: Client) -> None:
    file = shown(dana, petra)
    withdraw(petra, file)
    body = f"![](file:{file.code})\n\n![A](file:K7Q2M4)\n\n![B](https://elsewhere.example/x.png)\n\nOne."
    write(dana, body=body)
    told = text_of(petra.get(reverse("pages:approve", args=["help", "en"])))
    assert "Line 1: A picture has no words" in told
    assert f"Line 1: The picture file:{file.code} was withdrawn" in told
    assert "Line 3: There is no picture file:K7Q2M4" in told
    assert "Line 5: The picture https://elsewhere.example/x.png cannot be shown" in told
    assert approve(petra).status_code == 400


@pytest.mark.parametrize(
    ("language", "heading", "why"),
    [
        ("en", "Do not use this sheet", "We no longer show a picture that is on it."),
        ("ar", "يُرجى عدم استعمال هذه الورقة", "لم نعد نعرض صورةً موجودة فيها."),
    ],
)
def test_a_sheet_is_not_to_be_used_once_a_picture_on_it_was_withdrawn(
    dana: Client, petra: Client, language: str, heading: str, why: str
) -> None:
    file = shown(dana, petra)
    for code, body in (("help", f"![A person](file:{file.code})"), ("safety", "[[page:help text]]")):
        assert write(dana, code, body=body).status_code == 303
        assert approve(petra, code).status_code == 303
    sheets = [print_now("help").code, print_now("safety").code]
    withdraw(petra, file)
    for sheet in sheets:
        told = text_of(Client().get(f"/p/{sheet}", headers={"accept-language": language}))
        assert heading in told
        assert why in told
        assert "Old." not in told


def test_a_translator_gets_the_code_out_of_reach(dana: Client, petra: Client) -> None:
    file = shown(dana, petra)
    write(dana, body=f"One ![A person](file:{file.code}) here.")
    approve(petra)
    given = dana.get(reverse("pages:blocks", args=["help", "ar"])).content.decode()
    assert f"file:{file.code}</data>" in given
    assert not re.search(rf"<source[^>]*>[^\n]*{file.code}[^\n]*</source>", given)


def test_the_list_narrows_by_where_pictures_stand(dana: Client, petra: Client) -> None:
    file = shown(dana, petra)
    address = reverse("pages:pictures")
    assert file.code in text_of(dana.get(address, {"standing": "in_use"}))
    assert file.code in text_of(dana.get(address))
    for other in ("waiting", "withdrawn"):
        assert file.code not in text_of(dana.get(address, {"standing": other}))


@pytest.mark.postgresql
def test_the_database_keeps_what_was_approved() -> None:
    known = {"name": "N", "media_type": "image/png", "sha256": "0" * 64, "width": 1, "height": 1, "added_at": NOW}
    file = PageFile.objects.create(code="K7Q2M4", added_by="one", **known)
    content = FileContent.objects.create(file=file, content=b"1")
    withdrawal = FileWithdrawal.objects.create(file=file, reason="R", made_by="one", made_at=NOW)
    rows = PageFile.objects.filter(pk=file.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(sha256="1" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(approved_by="one", approved_at=NOW)
    rows.update(approved_by="two", approved_at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(approved_by="three")
    with pytest.raises(DatabaseError), transaction.atomic():
        FileContent.objects.filter(pk=content.pk).update(content=b"2")
    for row in (withdrawal, file):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete(PageFile.objects.db)
