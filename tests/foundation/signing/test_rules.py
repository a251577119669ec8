"""What a record looks like to verifiers that are not ours, and that ours refuses whatever is not as it was signed."""

import base64
import gzip
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt as pyjwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from leeward.foundation.signing.errors import BitsMalformed, KeysUnreadable
from leeward.foundation.signing.rules.bits import decode_bits, encode_bits, is_set
from leeward.foundation.signing.rules.credentials import (
    Draft,
    Issuer,
    RevokedPlace,
    credential,
    issuer_document,
    sign,
    status_credential,
)
from leeward.foundation.signing.rules.terms import LIST_BITS, Reason, State
from leeward.foundation.signing.rules.verifying import Finding, read_keys, verify

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ISSUER = Issuer(url="https://leeward.example", name="Fairhaven")
DRAFT = Draft(
    number="R7K2M4QX",
    kind="test_record",
    about="https://leeward.example/things/1",
    title="A made-up record",
    subject={"words": "made up"},
    status_list=1,
    status_index=94567,
    valid_from=NOW - timedelta(days=1),
    valid_until=NOW + timedelta(days=30),
)
# Section 3.1.2 of the specification: an uncompressed list of 131,072 zero bits, as its authors packed it.
SPECIFIED = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048)


@pytest.fixture(scope="module")
def other() -> RSAKey:
    return RSAKey.generate_key(2048)


def document(key: RSAKey) -> str:
    public = key.as_dict(private=False)
    return json.dumps(issuer_document([(key.thumbprint(), {**public, "kid": key.thumbprint()})], issuer=ISSUER))


def packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def make(key: RSAKey, draft: Draft = DRAFT, **changes: Any) -> str:
    payload = {**credential(draft, issuer=ISSUER), **changes}
    return sign(payload, key=key, kid=ISSUER.key_address(key.thumbprint()))


def make_list(key: RSAKey, *revoked: RevokedPlace, now: datetime = NOW, number: int = 1) -> str:
    payload = status_credential(number, revoked, issuer=ISSUER, now=now)
    return sign(payload, key=key, kid=ISSUER.key_address(key.thumbprint()))


def look(token: str, key: RSAKey, *, listed: str | None = "fresh", now: datetime = NOW) -> Finding:
    status = make_list(key) if listed == "fresh" else listed
    return verify(token, keys=read_keys(document(key)), lists=lambda _address: status, now=now)


# --- verifiers that are not ours --------------------------------------------------------------------------------------


def test_a_library_that_is_not_ours_accepts_a_record_and_refuses_it_changed_or_over(key: RSAKey, other: RSAKey) -> None:
    token, pem = make(key), key.as_pem(private=False)
    read = {"algorithms": ["RS256"], "options": {"verify_exp": False, "verify_nbf": False}}
    claims = pyjwt.decode(token, pem, issuer=ISSUER.id, **read)
    assert claims["credentialSubject"] == {"id": DRAFT.about, "words": "made up"}
    assert pyjwt.get_unverified_header(token) == {
        "alg": "RS256",
        "typ": "JWT",
        "kid": f"https://leeward.example/issuer/keys/{key.thumbprint()}",
    }
    head, _body, seal = token.split(".")
    changed = packed(json.dumps({**claims, "name": "Another"}).encode())
    for forged, trusted in ((f"{head}.{changed}.{seal}", pem), (token, other.as_pem(private=False))):
        with pytest.raises(pyjwt.InvalidSignatureError):
            pyjwt.decode(forged, trusted, **read)
    over = make(key, replace(DRAFT, valid_until=datetime.now(UTC) - timedelta(hours=1)))
    with pytest.raises(pyjwt.ExpiredSignatureError):
        pyjwt.decode(over, pem, algorithms=["RS256"])


def test_members_and_claims_say_the_same_as_open_badges_asks() -> None:
    made: Any = credential(DRAFT, issuer=ISSUER)
    assert made["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert made["type"] == ["VerifiableCredential", "TestRecordCredential"]
    assert (made["iss"], made["jti"], made["sub"]) == (made["issuer"]["id"], made["id"], DRAFT.about)
    assert made["nbf"] == datetime.fromisoformat(made["validFrom"]).timestamp()
    assert made["exp"] == datetime.fromisoformat(made["validUntil"]).timestamp()
    assert "vc" not in made
    endless: Any = credential(replace(DRAFT, valid_until=None), issuer=ISSUER)
    assert not {"exp", "validUntil"} & set(endless)


def test_an_outside_reader_of_the_list_finds_the_bits_where_the_specification_has_them() -> None:
    def bit(text: str, place: int) -> str:  # written from the specification, by strings
        packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        return "".join(f"{byte:08b}" for byte in gzip.decompress(packed))[place]

    made = encode_bits([0, 94567, LIST_BITS - 1])
    assert [bit(made, place) for place in (0, 1, 94566, 94567, LIST_BITS - 1)] == ["1", "0", "0", "1", "1"]
    assert decode_bits(SPECIFIED) == bytes(LIST_BITS // 8)
    assert not is_set(decode_bits(SPECIFIED), 94567)


# --- what ours says ---------------------------------------------------------------------------------------------------


def test_each_state_has_its_own_answer(key: RSAKey) -> None:
    at = NOW - timedelta(hours=3)
    revoked = make_list(key, RevokedPlace(index=DRAFT.status_index, at=at, reason=Reason.DECEIT))
    assert look(make(key), key).state is State.VALID
    taken = look(make(key), key, listed=revoked)
    assert (taken.state, taken.at, taken.reason) == (State.REVOKED, at, Reason.DECEIT)
    assert look(make(key), key, listed=None).state is State.UNCHECKED
    assert look(make(key), key, now=NOW - timedelta(days=2)).state is State.NOT_YET
    assert look(make(key), key, listed=None, now=NOW + timedelta(days=31)).state is State.EXPIRED
    assert look("no record", key).state is State.UNREADABLE
    assert look(make(key, replace(DRAFT, valid_until=None)), key).state is State.VALID


def test_a_list_that_may_not_be_believed_is_as_none(key: RSAKey, other: RSAKey) -> None:
    for listed in (
        make_list(key, now=NOW - timedelta(days=7)),  # over
        make_list(key, now=NOW + timedelta(days=1)),  # of tomorrow
        make_list(key, number=2),  # another list
        make_list(other),  # somebody else's
        make(key),  # a record, and no list
        make_list(key)[:-4] + "AAAA",
        "",
    ):
        assert look(make(key), key, listed=listed).state is State.UNCHECKED, listed[:60]
    far = make(key, replace(DRAFT, status_index=LIST_BITS))
    assert look(far, key).state is State.UNCHECKED
    assert look(make(key, credentialStatus=None), key).state is State.UNCHECKED


def test_what_others_sign_or_change_is_refused(key: RSAKey, other: RSAKey) -> None:
    kid, payload = ISSUER.key_address(key.thumbprint()), dict(credential(DRAFT, issuer=ISSUER))
    head, body, seal = make(key).split(".")
    none, secret = (packed(json.dumps({"alg": name, "kid": kid}).encode()) for name in ("none", "HS256"))
    public = key.as_pem(private=False)
    hmacked = packed(hmac.digest(public, f"{secret}.{body}".encode(), "sha256"))
    forged = {
        "another key under our name": sign(payload, key=other, kid=kid),
        "no signature": f"{none}.{body}.",
        "our public key as a secret": f"{secret}.{body}.{hmacked}",
        "another body": f"{head}.{body[:-4]}AAAA.{seal}",
    }
    for what, token in forged.items():
        assert look(token, key).state is State.TAMPERED, what
    strange = sign(payload, key=other, kid=ISSUER.key_address(other.thumbprint()))
    assert look(strange, key).state is State.UNKNOWN_KEY
    away = sign(payload, key=key, kid=f"https://elsewhere.example/issuer/keys/{key.thumbprint()}")
    assert look(away, key).state is State.UNKNOWN_KEY
    assert look(make_list(key), key).state is State.UNREADABLE  # the list itself is no record
    for changes in ({"sub": "x"}, {"exp": 1}, {"jti": "x"}, {"iss": "x"}, {"nbf": 1}, {"type": "VerifiableCredential"}):
        found = look(make(key, **changes), key)
        assert (found.state, found.claims) == (State.UNREADABLE, {}) or "type" in changes


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_token_however_broken_is_an_error_or_valid(noise: bytes, place: int) -> None:
    key = _KEY
    token = make(key)
    text = token[:place] + noise.decode("latin-1") + token[place + len(noise) :]
    if text != token:
        assert look(text, key, listed=None).state in (State.UNREADABLE, State.UNKNOWN_KEY, State.TAMPERED)


_KEY = RSAKey.generate_key(2048)


@given(st.sets(st.integers(0, LIST_BITS - 1), max_size=30))
def test_bits_come_back_as_they_were_set(places: set[int]) -> None:
    bits = decode_bits(encode_bits(places))
    assert all(is_set(bits, place) for place in places)
    assert sum(byte.bit_count() for byte in bits) == len(places)


def test_bits_that_are_none_are_named_and_no_bomb_is_unpacked() -> None:
    def zipped(content: bytes) -> str:
        return "u" + packed(gzip.compress(content))

    for text in (None, "", "H4sI", "u", "u!!", "uAAAA", zipped(b"short"), zipped(bytes(64 * 1024 * 1024))):
        with pytest.raises(BitsMalformed):
            decode_bits(text)


def test_keys_are_read_from_all_three_forms_and_refused_by_name(key: RSAKey) -> None:
    jwk = key.as_dict(private=False)
    for text in (document(key), json.dumps({"keys": [jwk]}), json.dumps(jwk)):
        found = verify(make(key), keys=read_keys(text), lists=lambda _address: make_list(key), now=NOW)
        assert found.state is State.VALID
    for text in ("", "[]", "{}", '{"keys": []}', '{"verificationMethod": 3}', '{"kty": "RSA", "n": 1}'):
        with pytest.raises(KeysUnreadable):
            read_keys(text)
