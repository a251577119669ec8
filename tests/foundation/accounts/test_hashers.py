"""Passphrases as Argon2id: the right one fits, nothing else does, and the costs are those that we promise."""

import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.foundation.accounts.hashers import Argon2idPasswordHasher
from tests.depth import times


def test_django_finds_it_by_its_name() -> None:
    encoded = make_password("correct horse battery staple")
    assert isinstance(identify_hasher(encoded), Argon2idPasswordHasher)
    assert check_password("correct horse battery staple", encoded)
    assert not check_password("correct horse battery stapl", encoded)
    assert make_password("correct horse battery staple") != encoded  # another salt


@settings(deadline=None, max_examples=times(10, deep=30))
@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_only_the_same_text_fits(one: str, other: str) -> None:
    hasher = Argon2idPasswordHasher()
    try:
        one.encode(), other.encode()
    except UnicodeEncodeError:
        return
    encoded = hasher.encode(one, hasher.salt())
    assert hasher.verify(one, encoded)
    assert hasher.verify(other, encoded) == (one == other)


def test_costs_are_in_the_text_and_old_ones_still_open(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = Argon2idPasswordHasher()
    old = hasher.encode("a passphrase of ours", hasher.salt())
    assert not hasher.must_update(old)
    monkeypatch.setattr(Argon2idPasswordHasher, "time_cost", 2)
    assert hasher.verify("a passphrase of ours", old)
    assert hasher.must_update(old)


def test_text_is_the_phc_form_that_the_library_reads_too() -> None:
    hasher = Argon2idPasswordHasher()
    encoded = hasher.encode("a passphrase of ours", hasher.salt())
    Argon2id.verify_phc_encoded(b"a passphrase of ours", f"${encoded}")  # raises where it does not fit
    assert len(encoded) <= 128


@pytest.mark.parametrize("broken", ["argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "argon2id$v=16$m=64,t=1,p=1$AA$AA", "x"])
def test_foreign_hashes_are_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"Argon2id|unpack"):
        Argon2idPasswordHasher().decode(broken)


def test_the_summary_hides_the_hash() -> None:
    hasher = Argon2idPasswordHasher()
    encoded = hasher.encode("a passphrase of ours", hasher.salt())
    summary = {str(name): str(value) for name, value in hasher.safe_summary(encoded).items()}
    assert summary["algorithm"] == "argon2id"
    assert encoded.rsplit("$", 1)[1] not in str(summary)


@override_settings(PASSWORD_HASHERS=["leeward.foundation.accounts.hashers.Argon2idPasswordHasher"])
def test_real_costs_are_64_mib_and_three_passes() -> None:
    # In a process of its own: here the costs are made cheap.
    code = (
        "import django; django.setup();"
        "from leeward.foundation.accounts.hashers import Argon2idPasswordHasher as h;"
        "print(h.memory_cost, h.time_cost, h.parallelism)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["65536", "3", "1"]
