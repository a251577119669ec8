"""Which server carries mail, and as whom we speak: from the environment, or refused by name."""

from pathlib import Path

import pytest

from leeward.config.environment import EnvironmentIncomplete, read_environment
from leeward.foundation.outbox.rules.servers import Security


def test_without_a_server_mail_is_from_the_first_host_and_goes_nowhere(tmp_path: Path) -> None:
    environment = read_environment(
        {"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path), "LEEWARD_HOSTS": ".example.org, desk.example.org"}
    )
    assert environment.mail_server is None
    assert environment.mail_from == "desk@desk.example.org"
    assert environment.neutral_from == "info@desk.example.org"
    assert environment.user_agent == "Leeward/1 (removal desk; +https://desk.example.org/)"


def test_a_server_with_credentials_from_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "smtp"
    kept.write_text("desk\ns3cret\n", encoding="utf-8")
    environment = read_environment(
        {
            "LEEWARD_ENV": "demo",
            "LEEWARD_DATA": str(tmp_path),
            "LEEWARD_SMTP_URL": "smtp+starttls://mail.example.org",
            "LEEWARD_SMTP_CREDENTIALS": str(kept),
            "LEEWARD_MAIL_FROM": "notices@desk.example.org",
            "LEEWARD_NEUTRAL_FROM": "hello@post.example.org",
        }
    )
    assert environment.mail_server is not None
    assert environment.mail_server.security is Security.STARTTLS
    assert environment.mail_server.password == "s3cret"
    assert environment.mail_from == "notices@desk.example.org"
    assert environment.neutral_from == "hello@post.example.org"
    assert "s3cret" not in repr(environment)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"LEEWARD_SMTP_URL": "smtp://mail.example.org"}, "LEEWARD_SMTP_URL.*encrypted"),
        ({"LEEWARD_SMTP_URL": "smtps://a", "LEEWARD_SMTP_CREDENTIALS": "/nowhere/at/all"}, "LEEWARD_SMTP_CREDENTIALS"),
        ({"LEEWARD_MAIL_FROM": "Desk <desk@example.org>"}, "LEEWARD_MAIL_FROM"),
        ({"LEEWARD_NEUTRAL_FROM": "nobody"}, "LEEWARD_NEUTRAL_FROM"),
    ],
)
def test_what_cannot_be_used_is_named(variables: dict[str, str], named: str, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentIncomplete, match=named):
        read_environment({"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path), **variables})
