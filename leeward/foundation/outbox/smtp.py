"""Carries one mail to the mail server, and knows at each step whether the server may have taken it.

The server takes a mail at one moment: when it has read the line with the single dot that ends it. Everything up to that
line can be sent again without harm; so the line is sent apart, and the database is told just before.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from leeward.foundation.outbox.rules.addresses import check_address
from leeward.foundation.outbox.rules.mail import wire_lines, write_mail
from leeward.foundation.outbox.rules.parcels import EmailContent, Trouble, TryResult, Verdict
from leeward.foundation.outbox.rules.servers import MailServer, Security

SECONDS = 30.0  # for each answer
END_SECONDS = 300.0  # for the last one: a server may look through the whole mail first (RFC 5321, 4.5.3.2.6)
GO_AHEAD = 354
TAKEN = (250, 251, 252)
END_OF_MAIL = b".\r\n"


class _NotTaken(Exception):
    """The server has not taken the mail and never will from this try."""

    def __init__(self, outcome: TryResult) -> None:
        super().__init__(outcome.trouble)
        self.outcome = outcome


def send_mail(
    content: EmailContent,
    *,
    parcel: UUID,
    server: MailServer | None,
    sender: str,
    hand_over: Callable[[], None],
    now: datetime,
) -> TryResult:
    """Hand one mail to the server and say how that ended.

    `hand_over` is called just before the server may take it; whatever it raises stops the sending.
    """
    if server is None:
        return TryResult(verdict=Verdict.TRY_AGAIN, trouble=Trouble.NO_SERVER)
    try:
        mail = wire_lines(write_mail(content, parcel=parcel, sender=sender, now=now))
    except ValueError:  # what no check has foreseen must not stop the mails behind it
        return TryResult(verdict=Verdict.REFUSED, trouble=Trouble.CONTENT_BROKEN)
    try:
        with _connected(server, greeting=sender.rpartition("@")[2]) as connection:
            with _before_the_end():
                _announce(connection, sender=sender, to=check_address(content.to))
                connection.send(mail)
            hand_over()
            return _end(connection)
    except _NotTaken as answer:
        return answer.outcome


@contextmanager
def _connected(server: MailServer, *, greeting: str) -> Iterator[smtplib.SMTP]:
    """A connection that is secured and signed in as the installation says, and closed in the end."""
    with _before_the_end():
        connection = _connect(server, greeting=greeting)
    try:
        with _before_the_end():
            _sign_in(connection, server)
        yield connection
    finally:
        connection.close()


def _connect(server: MailServer, *, greeting: str) -> smtplib.SMTP:
    try:
        if server.security is Security.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, greeting, timeout=SECONDS, context=context)
        return smtplib.SMTP(server.host, server.port, greeting, timeout=SECONDS)
    except (ssl.SSLError, smtplib.SMTPException):
        raise
    except OSError as error:
        raise _NotTaken(_again(Trouble.UNREACHABLE)) from error


def _sign_in(connection: smtplib.SMTP, server: MailServer) -> None:
    try:
        connection.ehlo_or_helo_if_needed()
        if server.security is Security.STARTTLS:
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
    except smtplib.SMTPNotSupportedError as error:
        raise _NotTaken(_again(Trouble.INSECURE)) from error
    if server.user:
        try:
            connection.login(server.user, server.password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise _NotTaken(_again(Trouble.SIGN_IN_REFUSED)) from error


def _announce(connection: smtplib.SMTP, *, sender: str, to: str) -> None:
    """Send everything before the mail itself, and raise each refusal by its name."""
    _expect(connection.mail(sender)[0], trouble=Trouble.SENDER_REFUSED)
    _expect(connection.rcpt(to)[0], trouble=Trouble.RECIPIENT_REFUSED)
    code, _ = connection.docmd("DATA")
    if code != GO_AHEAD:
        raise _NotTaken(_refusal(code, trouble=Trouble.MESSAGE_REFUSED))


def _end(connection: smtplib.SMTP) -> TryResult:
    """Send the last line and read what the server says. From here on silence means that nobody knows."""
    try:
        if connection.sock is not None:
            connection.sock.settimeout(END_SECONDS)
        connection.send(END_OF_MAIL)
        code, _ = connection.getreply()
    except (OSError, smtplib.SMTPException, ValueError):
        return TryResult(verdict=Verdict.UNKNOWN, trouble=Trouble.NO_RESULT)
    if code in TAKEN:
        return TryResult(verdict=Verdict.DELIVERED, reply_code=code)
    if 400 <= code < 600:  # the two families of refusals (RFC 5321, 4.2.1)
        return _refusal(code, trouble=Trouble.MESSAGE_REFUSED)
    return TryResult(verdict=Verdict.UNKNOWN, trouble=Trouble.NO_RESULT)


def _expect(code: int, *, trouble: Trouble) -> None:
    if code not in TAKEN:
        raise _NotTaken(_refusal(code, trouble=trouble))


def _refusal(code: int, *, trouble: Trouble) -> TryResult:
    """A 5xx is final, a 4xx for now; anything else is a server that has lost its way."""
    if 500 <= code < 600:
        return TryResult(verdict=Verdict.REFUSED, trouble=trouble, reply_code=code)
    if 400 <= code < 500:
        return _again(trouble, code=code)
    return _again(Trouble.BROKE_OFF, code=max(code, 0))


def _again(trouble: Trouble, *, code: int = 0) -> TryResult:
    return TryResult(verdict=Verdict.TRY_AGAIN, trouble=trouble, reply_code=code)


@contextmanager
def _before_the_end() -> Iterator[None]:
    """Names what goes wrong while the server cannot have taken the mail yet."""
    try:
        yield
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
        raise _NotTaken(_again(Trouble.SERVER_REFUSED, code=max(error.smtp_code, 0))) from error
    except TimeoutError as error:
        raise _NotTaken(_again(Trouble.TOO_SLOW)) from error
    except ssl.SSLError as error:
        raise _NotTaken(_again(Trouble.INSECURE)) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise _NotTaken(_again(Trouble.BROKE_OFF)) from error
