"""The demonstration's mails: listed, read, and their addresses whole."""

import os
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from demo.mails import find_mail, list_mails

LONG = "http://127.0.0.1:8000/answer/" + "t0k3n-" * 30 + "?a=1&b=2"


def post(folder: Path, name: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"], message["To"] = "Notice é", "abuse@site.example"
    message["Date"] = "Sat, 28 Nov 2026 10:00:00 +0000"
    message.set_content(text)
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    mails = tmp_path / "partners" / "mail"
    mails.mkdir(parents=True)
    return mails


def test_an_address_that_the_mail_breaks_over_lines_is_whole(folder: Path) -> None:
    post(folder, "one", f"Answer here: {LONG}.\nThank you (https://site.example/a).")
    mail = find_mail(folder, "one")
    assert mail is not None
    assert mail.pieces[1::2] == (LONG, "https://site.example/a")
    assert "".join(mail.pieces).strip() == f"Answer here: {LONG}.\nThank you (https://site.example/a)."


def test_the_newest_stands_first(folder: Path) -> None:
    for place, name in enumerate(("old", "new")):
        post(folder, name, "text")
        os.utime(folder / f"{name}.eml", (place, place))
    assert [each.name for each in list_mails(folder)] == ["new", "old"]


@pytest.mark.parametrize("name", ["../../secrets", "none", "a" * 100, ""])
def test_nothing_but_a_mail_is_read(folder: Path, name: str) -> None:
    (folder.parent.parent / "secrets.eml").write_text("secret")
    assert find_mail(folder, name) is None


def test_the_pages(folder: Path, settings: Settings, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.views._postbox", lambda: folder)
    assert "No mail has been sent yet." in client.get("/demo/mail").content.decode()
    post(folder, "one", f"<script>x</script> {LONG}")
    assert "Notice é" in client.get("/demo/mail").content.decode()
    page = client.get("/demo/mail/one").content.decode()
    assert "<script>x" not in page
    assert f'href="{LONG.replace("&", "&amp;")}"' in page
    assert client.get("/demo/mail/two").status_code == 404


def test_production_has_no_such_page(settings: Settings, client: Client) -> None:
    settings.LEEWARD_PRODUCTION = True
    assert client.get("/demo/mail").status_code == 404
    assert client.get("/demo/mail/one").status_code == 404
