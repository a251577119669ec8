"""Mail over encrypted connections: the server proves its name first, and is told the password only then."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from leeward.foundation.outbox.operations import find_parcel, send_due
from leeward.foundation.outbox.rules.parcels import Stage, Trouble
from leeward.foundation.outbox.rules.servers import MailServer, Security
from leeward.foundation.vault.operations import ServiceKeys
from tests.foundation.outbox.conftest import NOW, MailHandler, _free_port, a_mail, post
from tests.foundation.reach.conftest import certificate

type Start = Callable[[Security], tuple[MailHandler, int]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server with a certificate for `localhost` that takes mail from a user with a password alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, "localhost"))
    running: list[Controller] = []

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        is_right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"desk", b"s3cret")
        return AuthResult(success=is_right, handled=False)

    def make(security: Security) -> tuple[MailHandler, int]:
        handler = MailHandler()
        is_tls = security is Security.TLS
        controller = Controller(
            handler,
            hostname="127.0.0.1",
            port=_free_port(),
            ssl_context=context if is_tls else None,
            tls_context=None if is_tls else context,
            require_starttls=not is_tls,
            authenticator=check,
            auth_required=True,
            auth_require_tls=not is_tls,
        )
        controller.start()
        running.append(controller)
        return handler, controller.port

    yield make
    for controller in running:
        controller.stop()


# The library does not see that a connection was encrypted from the start.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize(
    ("host", "is_trusted", "password", "trouble"),
    [
        ("localhost", True, "s3cret", Trouble.NONE),
        ("localhost", True, "wrong", Trouble.SIGN_IN_REFUSED),
        ("localhost", False, "s3cret", Trouble.INSECURE),
        ("127.0.0.1", True, "s3cret", Trouble.INSECURE),
    ],
)
def test_the_server_proves_its_name_before_it_is_told_anything(
    security: Security, host: str, is_trusted: object, password: str, trouble: Trouble,
    start: Start, courier: ServiceKeys, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    handler, port = start(security)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
    settings.LEEWARD_MAIL_SERVER = MailServer(host=host, port=port, security=security, user="desk", password=password)
    parcel = post(a_mail())
    send_due(now=NOW, limit=1, courier=courier)
    state = find_parcel(parcel)
    assert state.trouble is trouble
    assert state.state is (Stage.WAITING if trouble else Stage.SENT)
    assert handler.ids() == ([] if trouble else [str(parcel)])
