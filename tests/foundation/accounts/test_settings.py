"""What an installation says of staff sign-in: safe in production unless told otherwise; mistakes stop the start."""

from pathlib import Path

import pytest

from leeward.config.environment import EnvironmentIncomplete, make_secrets, read_environment
from leeward.config.settings import LEEWARD_OIDC_PROVIDERS
from leeward.foundation.accounts.rules import SignInMethod, SignInPolicy, is_strong_enough


def test_passkeys_in_production_and_both_ways_in_the_demonstration(tmp_path: Path) -> None:
    nation = Path(__file__).resolve().parents[3] / "leeward" / "config" / "data" / "fairhaven.json"
    production = {
        **make_secrets(),
        "LEEWARD_ENV": "production",
        "LEEWARD_DATA": str(tmp_path),
        "LEEWARD_PROXIES": "1",
        "DATABASE_URL": "sqlite:///x",
        "LEEWARD_HOSTS": "leeward.example",
        "LEEWARD_NATION_FILE": str(nation),
    }
    demonstration = {"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path)}
    asked = {"LEEWARD_STAFF_SIGN_IN": "passphrase"}
    assert read_environment(production).staff_sign_in is SignInPolicy.PASSKEY
    assert read_environment(demonstration).staff_sign_in is SignInPolicy.PASSPHRASE
    assert read_environment({**production, **asked}).staff_sign_in is SignInPolicy.PASSPHRASE


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("LEEWARD_STAFF_SIGN_IN", "password", "'passkey' or 'passphrase'"),
        ("LEEWARD_OIDC_FILE", "/nowhere/oidc.json", "cannot be read"),
    ],
)
def test_mistakes_stop_the_start(tmp_path: Path, variable: str, value: str, words: str) -> None:
    with pytest.raises(EnvironmentIncomplete, match=words):
        read_environment({"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path), variable: value})


def test_no_provider_unless_one_is_named() -> None:
    assert LEEWARD_OIDC_PROVIDERS == ()


@pytest.mark.parametrize("method", ["", "passphrase", "passkey", "provider", "made up"])
def test_what_is_strong_enough(method: str) -> None:
    strong = method in {SignInMethod.PASSKEY.value, SignInMethod.PROVIDER.value}
    assert is_strong_enough(policy=SignInPolicy.PASSKEY, method=method) == strong
    assert is_strong_enough(policy=SignInPolicy.PASSPHRASE, method=method)
