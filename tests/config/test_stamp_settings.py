"""Which authority stamps for the nation: from the environment, or refused by name."""

from pathlib import Path

import pytest

from demo.stamping import MadeUpAuthority
from leeward.config.environment import EnvironmentIncomplete, read_environment

MADE_UP = MadeUpAuthority(secret="made up for these settings")


def read(folder: Path, url: str = "", certificates: str = "") -> object:
    return read_environment(
        {
            "LEEWARD_ENV": "demo",
            "LEEWARD_DATA": str(folder),
            "LEEWARD_STAMPS_URL": url,
            "LEEWARD_STAMPS_CERTIFICATES": certificates,
        }
    ).stamp_authority


def test_an_authority_is_named_by_its_address_and_its_certificates(tmp_path: Path) -> None:
    assert read(tmp_path) is None
    (tmp_path / "authority.pem").write_text(MADE_UP.pem)
    authority = read(tmp_path, "https://stamps.example/tsa", str(tmp_path / "authority.pem"))
    assert (authority.url, authority.certificates) == ("https://stamps.example/tsa", MADE_UP.certificates)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("url", "certificates", "refusal"),
    [
        ("https://stamps.example", "", "LEEWARD_STAMPS_CERTIFICATES.*cannot be read"),
        ("https://stamps.example", "none.pem", "LEEWARD_STAMPS_CERTIFICATES.*cannot be read"),
        ("https://stamps.example", "wrong.pem", "LEEWARD_STAMPS_CERTIFICATES.*no certificate"),
        ("", "wrong.pem", "LEEWARD_STAMPS_URL"),
        ("stamps.example", "wrong.pem", "LEEWARD_STAMPS_URL"),
    ],
)
def test_half_an_authority_is_refused(tmp_path: Path, url: str, certificates: str, refusal: str) -> None:
    (tmp_path / "wrong.pem").write_text("-----BEGIN NOTHING-----")
    with pytest.raises(EnvironmentIncomplete, match=refusal):
        read(tmp_path, url, str(tmp_path / certificates) if certificates else "")
