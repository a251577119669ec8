"""Addresses, headers, content, mail servers and pauses: what is refused, and what a mail looks like on the wire."""

import email
import email.policy
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.outbox.errors import (
    AddressRefused,
    ContentBroken,
    ContentRefused,
    ContentTooLarge,
    ServerMalformed,
)
from leeward.foundation.outbox.rules.addresses import check_address
from leeward.foundation.outbox.rules.mail import wire_lines, write_mail
from leeward.foundation.outbox.rules.parcels import (
    CONTENT_LIMIT,
    Attachment,
    EmailContent,
    ParcelKind,
    WebhookContent,
    kind_of,
    pack_content,
    unpack_content,
)
from leeward.foundation.outbox.rules.retries import PAUSES, TRIES, next_try
from leeward.foundation.outbox.rules.servers import Security, read_mail_server

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PARCEL = uuid.UUID("7b0e4c3e-5b64-4c39-9c43-2f6f8f9f1a11")


def a_mail(**changes: Any) -> EmailContent:
    return EmailContent(**{"to": "abuse@platform.example", "subject": "Notice", "text": "Text.\n", **changes})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@platform.example",
        "a@",
        "a b@platform.example",
        "a@b@platform.example",
        "a@platform..example",
        "a@-platform.example",
        "a@plat_form.example",
        "a@[127.0.0.1]",
        "<a@platform.example>",
        "A <a@platform.example>",
        "a@platform.example, b@platform.example",
        "a@platform.example\r\nBcc: b@other.example",
        "a@platform.example\n",
        "a@platform.example>\r\nRCPT TO:<b@other.example",
        '"a b"@platform.example',
        "ä@platform.example",
        ".a@platform.example",
        "a" * 65 + "@platform.example",
        "a@" + "b." * 130 + "example",
    ],
)
def test_what_is_no_plain_address(address: str) -> None:
    with pytest.raises(AddressRefused):
        check_address(address)
    for name in ("to", "reply_to"):
        if address:
            with pytest.raises(AddressRefused):
                a_mail(**{name: address})


def test_a_domain_is_written_in_ascii() -> None:
    assert check_address("First.Last+tag@Bücher.Example") == "First.Last+tag@xn--bcher-kva.example"


@pytest.mark.parametrize("value", ["a\r\nBcc: b@other.example", "a\nb", "a\x00b", "a\u2028b", "a\x85b", "x" * 251])
def test_no_header_begins_in_another(value: str) -> None:
    for name in ("subject", "in_reply_to"):
        with pytest.raises(ContentRefused):
            a_mail(**{name: value})


@pytest.mark.parametrize(
    ("name", "media"),
    [("a/b.pdf", "application/pdf"), ("a\r\nb", "text/plain"), ('a"b', "text/plain"), ("", "text/plain"),
     ("a", "text"), ("a", "multipart/mixed"), ("a", "message/rfc822"),
     ("a", "text/plain; charset=x"), ("a", "text/plain\r\nX: y")],
)  # fmt: skip
def test_attachments_have_plain_names_and_types(name: str, media: str) -> None:
    with pytest.raises(ContentRefused):
        a_mail(attachments=(Attachment(name=name, type=media, data=b""),))


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_accepted_is_one_header_each(subject: str, text: str) -> None:
    try:
        content = a_mail(subject=subject)
    except ContentRefused:
        return
    sent = write_mail(content, parcel=PARCEL, sender="desk@leeward.example", now=NOW)
    head = sent.partition(b"\r\n\r\n")[0]
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert sorted(names) == sorted(
        [
            b"From",
            b"To",
            b"Subject",
            b"Date",
            b"Message-ID",
            b"Content-Type",
            b"Content-Transfer-Encoding",
            b"MIME-Version",
        ]
    )


def test_a_mail_on_the_wire() -> None:
    content = a_mail(
        to="abuse@bücher.example",
        subject="Hinweis: Löschung",
        text="Grüße\n.\n.hidden\n" + "x" * 2000 + "\n",
        attachments=(Attachment(name="brief.pdf", type="application/pdf", data=b"%PDF\x00\xff"),),
        reply_to="answers@leeward.example",
        in_reply_to="<earlier@platform.example>",
    )
    there = NOW.astimezone(timezone(timedelta(hours=9)))
    sent = write_mail(content, parcel=PARCEL, sender="desk@leeward.example", now=there)
    assert sent.isascii()
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    assert b"\n" not in sent.replace(b"\r\n", b"")
    read = email.message_from_bytes(sent, policy=email.policy.default)
    assert read["Subject"] == "Hinweis: Löschung"
    assert read["To"] == "abuse@xn--bcher-kva.example"
    assert read["Date"] == "Mon, 04 May 2026 12:00:00 +0000"
    assert read["Message-ID"] == f"<{PARCEL}@leeward.example>"
    assert read["References"] == read["In-Reply-To"] == "<earlier@platform.example>"
    body, attached = read.iter_parts()
    assert body.get_content().replace("\r\n", "\n") == content.text
    assert (attached.get_filename(), attached.get_content()) == ("brief.pdf", b"%PDF\x00\xff")
    assert "X-Mailer" not in read
    assert "User-Agent" not in read


def test_a_dot_alone_never_ends_a_mail_early() -> None:
    lines = wire_lines(b"Subject: x\r\n\r\n.\r\n..\r\ntext\r\n.")
    assert lines == b"Subject: x\r\n\r\n..\r\n...\r\ntext\r\n..\r\n"
    assert b"\r\n.\r\n" not in lines


def test_content_survives_being_packed() -> None:
    files = (Attachment(name="a.pdf", type="application/pdf", data=bytes(range(256))),)
    for content in (a_mail(attachments=files, text="☃"), WebhookContent(url="https://a.example/", body="{}")):
        assert unpack_content(pack_content(content), kind=kind_of(content)) == content
        assert "platform" not in repr(content)
    with pytest.raises(ContentTooLarge):
        pack_content(a_mail(text="x" * CONTENT_LIMIT))
    for broken in ("", "[]", "{}", '{"url":"x"}', '{"url":"x","body":"y","more":1}'):
        with pytest.raises(ContentBroken):
            unpack_content(broken, kind=ParcelKind.WEBHOOK)
        with pytest.raises(ContentBroken):
            unpack_content(broken, kind=ParcelKind.EMAIL)
    for content in (lambda: WebhookContent(url="", body="{}"), lambda: WebhookContent(url="x", body="\udc00"),
                    lambda: a_mail(text="\ud800")):  # fmt: skip
        with pytest.raises(ContentRefused):
            content()


def test_five_tries_within_about_a_day() -> None:
    assert TRIES == 5
    assert timedelta(hours=20) < sum(PAUSES, timedelta()) < timedelta(hours=30)
    times = [next_try(failures=number, now=NOW) for number in range(1, 6)]
    assert times == [*(NOW + pause for pause in PAUSES), None]
    assert list(PAUSES) == sorted(PAUSES)
    with pytest.raises(ValueError, match="before the first"):
        next_try(failures=0, now=NOW)


def test_mail_servers() -> None:
    server = read_mail_server("smtps://mail.example.org", credentials="desk\ns3cret\n")
    assert (server.host, server.port, server.security) == ("mail.example.org", 465, Security.TLS)
    assert (server.user, server.password) == ("desk", "s3cret")
    assert "s3cret" not in repr(server)
    assert read_mail_server("smtp+starttls://mail.example.org:2525/").port == 2525
    assert read_mail_server("smtp://[::1]").security is Security.NONE


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mail.example.org", "must be written as"),
        ("http://mail.example.org", "must be written as"),
        ("smtps://mail.example.org:port", "must be written as"),
        ("smtps://", "must have a host"),
        ("smtps://mail.example.org/path", "nothing more"),
        ("smtps://user:s3cret@mail.example.org", "must not carry a user"),
        ("smtp://mail.example.org", "encrypted or not at all"),
    ],
)
def test_mail_servers_that_are_refused(url: str, said: str) -> None:
    with pytest.raises(ServerMalformed, match=said) as caught:
        read_mail_server(url)
    assert "s3cret" not in str(caught.value)
    with pytest.raises(ServerMalformed, match="two lines"):
        read_mail_server("smtps://mail.example.org", credentials="only a name")
