"""`leeward verify-credential`: the same answers on a stranger's machine, without an installation or a network."""

import io
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from joserfc.jwk import RSAKey

from leeward.foundation.signing.rules.credentials import (
    Draft,
    Issuer,
    RevokedPlace,
    credential,
    issuer_document,
    sign,
    status_credential,
)
from leeward.foundation.signing.rules.terms import Reason

ISSUER = Issuer(url="https://leeward.example", name="Fairhaven")


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048)


@pytest.fixture
def files(key: RSAKey, tmp_path: Path) -> Path:
    """What somebody was sent, and what they fetched from the issuer."""
    now, kid = timezone.now(), ISSUER.key_address(key.thumbprint())
    times = {
        "valid": (now - timedelta(days=1), now + timedelta(days=9), 7),
        "expired": (now - timedelta(days=9), now - timedelta(days=1), 8),
        "early": (now + timedelta(days=1), now + timedelta(days=9), 9),
        "revoked": (now - timedelta(days=1), now + timedelta(days=9), 10),
    }
    for name, (since, until, place) in times.items():
        draft = Draft(
            number="R7K2M4QX",
            kind="test_record",
            about="https://leeward.example/things/1",
            title="Made up",
            subject={"words": "hello"},
            status_list=1,
            status_index=place,
            valid_from=since.replace(microsecond=0),
            valid_until=until.replace(microsecond=0),
        )
        (tmp_path / f"{name}.jwt").write_text(sign(credential(draft, issuer=ISSUER), key=key, kid=kid) + "\n")
    revoked = [RevokedPlace(index=10, at=now, reason=Reason.MISTAKE)]
    listed = status_credential(1, revoked, issuer=ISSUER, now=now - timedelta(hours=1))
    (tmp_path / "list.jwt").write_text(sign(listed, key=key, kid=kid))
    old = status_credential(1, revoked, issuer=ISSUER, now=now - timedelta(days=8))
    (tmp_path / "old.jwt").write_text(sign(old, key=key, kid=kid))
    text = (tmp_path / "valid.jwt").read_text()
    (tmp_path / "tampered.jwt").write_text(text[:-20] + "A" * 10 + text[-10:])
    document = issuer_document([(key.thumbprint(), dict(key.as_dict(private=False)))], issuer=ISSUER)
    (tmp_path / "issuer.json").write_text(json.dumps(document))
    strange = RSAKey.generate_key(2048).as_dict(private=False)
    (tmp_path / "strange.json").write_text(json.dumps(strange))
    return tmp_path


def look(folder: Path, record: str, *, keys: str = "issuer.json", status: str = "list.jwt") -> tuple[int, str]:
    said = io.StringIO()
    more = ["--status", str(folder / status)] if status else []
    try:
        call_command("verify_credential", str(folder / record), "--keys", str(folder / keys), *more, stdout=said)
    except CommandError as error:
        return error.returncode, said.getvalue() or str(error)
    return 0, said.getvalue()


def test_each_state_is_said_first_and_only_a_valid_record_exits_with_nothing(files: Path) -> None:
    code, said = look(files, "valid.jwt")
    assert (code, said.splitlines()[0]) == (0, "valid")
    assert "words: hello" in said
    for record, words in (
        ("expired.jwt", "expired"),
        ("early.jwt", "not yet"),
        ("tampered.jwt", "tampered"),
        ("issuer.json", "no signed record"),
    ):
        code, said = look(files, record)
        assert (code, said.splitlines()[0]) == (1, words)
    code, said = look(files, "revoked.jwt")
    assert code == 1
    assert said.startswith(f"revoked on {timezone.now().year}-")
    assert "because: It was issued by mistake" in said.splitlines()[0]
    assert look(files, "valid.jwt", keys="strange.json")[1].strip() == "unknown key"


def test_a_status_that_cannot_be_checked_is_never_valid(files: Path) -> None:
    for status in ("", "old.jwt", "valid.jwt"):
        code, said = look(files, "valid.jwt", status=status)
        assert (code, said.splitlines()[0]) == (1, "status could not be checked"), status


def test_what_cannot_be_read_is_named(files: Path) -> None:
    assert "cannot be read as a record" in look(files, "none.jwt")[1]
    assert "holds no keys" in look(files, "valid.jwt", keys="valid.jwt")[1]
    assert "cannot be read" in look(files, "valid.jwt", keys="none.json")[1]


def test_keys_by_address_are_asked_for_the_list_that_is_the_issuers_own(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(address: str, **_more: Any) -> Any:
        asked.append(address)
        name = "issuer.json" if address.endswith("/issuer") else "list.jwt"
        return type("Answer", (), {"status": 200, "is_cut": False, "body": (files / name).read_bytes()})

    monkeypatch.setattr("leeward.foundation.checking.management.commands.verify_credential.fetch", fetch)
    said = io.StringIO()
    call_command("verify_credential", str(files / "valid.jwt"), "--keys", "https://leeward.example/issuer", stdout=said)
    assert said.getvalue().startswith("valid\n")
    assert asked == ["https://leeward.example/issuer", "https://leeward.example/issuer/status/1"]


@pytest.mark.slow
def test_it_runs_where_nothing_is_installed_or_set(files: Path) -> None:
    leeward = str(Path(sys.executable).with_name("leeward"))
    done = subprocess.run(
        [leeward, "verify-credential", "valid.jwt", "--keys", "issuer.json", "--status", "list.jwt"],
        cwd=files, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "valid"), done.stderr
    assert not (files / "leeward-data").exists()
