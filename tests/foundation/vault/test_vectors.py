"""Formats that are frozen: what was written once with fixed keys opens for good, and fuzzed texts never do.

`vectors.json` was made once. A change that makes one of these fail makes what people have told us unreadable.
"""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.vault.errors import SealBroken, SealRefused
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.operations import blind_index, open_sealed
from leeward.foundation.vault.operations.holdings import _name as holding_name
from leeward.foundation.vault.rules.custody import join_custodians, read_custodian_file
from leeward.foundation.vault.rules.files import GrantRow, compartment_binding, open_rows
from leeward.foundation.vault.rules.grants import Compartment, Grantee, GranteeKind, Keyring, PrivateKey
from leeward.foundation.vault.rules.keys import derive_pair, make_pair, read_private_key, write_private_key
from leeward.foundation.vault.rules.seals import WorkFactor, derive_code_keys, unseal
from leeward.foundation.vault.rules.slots import SlotKind, quick_slot_key, slot_place, slow_slot_key
from leeward.foundation.vault.rules.texts import is_sealed, pad, read_box, read_sealed_text, unpad
from leeward.foundation.vault.rules.wraps import canonical_info, unwrap, vouch, wrap

NOW = datetime(2026, 3, 4, tzinfo=UTC)
VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
PLACE = "removals.Item.url|row-1"
FILE = UUID("7d1e6a52-3f0b-4c8d-9a57-2b61c0e4f913")
TEXT = "https://example.org/å — a text"


def _key() -> PrivateKey:
    return make_pair(bytes(range(32)), kind=GranteeKind.TEAM, id="desk", generation=3)


def test_a_key_pair_is_what_its_bytes_are() -> None:
    key = _key()
    assert key.grantee.public_key.hex() == VECTORS["public_key"]
    assert write_private_key(key) == VECTORS["private_key_text"]
    assert read_private_key(VECTORS["private_key_text"]) == key
    derived = derive_pair("a random text of 256 bits", purpose="platform/api", kind=GranteeKind.API_KEY)
    assert [derived.private.hex(), derived.grantee.id] == VECTORS["derived_key"]


def test_the_binding_of_a_wrap_is_this_text() -> None:
    binding = compartment_binding(file=FILE, compartment=Compartment.EVIDENCE, generation=2)
    assert (
        canonical_info(binding, grantee=_key().grantee).decode()
        == VECTORS["info"]
        == (
            '{"compartment":"evidence","file":"7d1e6a52-3f0b-4c8d-9a57-2b61c0e4f913","generation":2,'
            '"grantee":{"generation":3,"id":"desk","kind":"team"},"v":1}'
        )
    )


def test_a_grant_and_a_field_open() -> None:
    opened = open_rows(file=FILE, rows=[_grant_row()], keyring=Keyring(_key()), now=NOW)
    assert opened is not None
    assert opened.unseal(VECTORS["field"], compartment=Compartment.EVIDENCE, place=PLACE) == TEXT
    compartment_key = opened.key_of(Compartment.EVIDENCE, 2)
    assert compartment_key.hex() == VECTORS["compartment_key"]
    binding = compartment_binding(file=FILE, compartment=Compartment.EVIDENCE, generation=2)
    assert vouch(compartment_key, grantee=_key().grantee, binding=binding).hex() == VECTORS["vouched"]


def test_a_box_opens() -> None:
    assert open_sealed(_key(), VECTORS["box"], place=PLACE) == TEXT


def test_unlock_slots_open() -> None:
    salt = bytes(range(16))
    work = WorkFactor(memory_kib=64, passes=1, lanes=1)
    keys = {
        SlotKind.PASSPHRASE: slow_slot_key(
            kind=SlotKind.PASSPHRASE, secret="six  words", pepper="pepper", salt=salt, work=work
        ),
        SlotKind.RECOVERY_CODE: slow_slot_key(
            kind=SlotKind.RECOVERY_CODE, secret="7qf2-9KDM", pepper="pepper", salt=salt, work=work
        ),
        SlotKind.LINK: quick_slot_key(kind=SlotKind.LINK, secret="a random text of 256 bits", salt=salt),
    }
    for kind, key in keys.items():
        place = slot_place(holder="amina", generation=1, kind=kind.value, label="")
        assert unseal(base64.b64decode(VECTORS["slots"][kind.value]), key=key, place=place) == "a private key"


def test_an_access_code_opens() -> None:
    work = WorkFactor(memory_kib=64, passes=1, lanes=1)
    keys = derive_code_keys(secret="1234567890123456", pepper="pepper", salt=bytes(range(16)), work=work)
    assert keys.fits(bytes.fromhex(VECTORS["code"]["verifier_digest"]))
    sealed = base64.b64decode(VECTORS["code"]["sealed"])
    assert unseal(sealed, key=keys.seal_key, place="vault.access_code.sealed|01234567") == "a payload"


def test_two_custodians_files_open() -> None:
    first, second = (read_custodian_file(json.dumps(VECTORS["custodians"][name])) for name in ("A", "C"))
    assert join_custodians(first, second).private == bytes(range(100, 132))


def test_blind_names_are_these(settings: pytest.FixtureRequest) -> None:
    settings.LEEWARD_INDEX_KEY = "an index key"
    assert blind_index("example.org/a", purpose="address") == VECTORS["blind_index"]
    assert holding_name(_key()) == VECTORS["holding_name"]


def _grant_row(**changes: object) -> GrantRow:
    row = GrantRow(
        compartment=Compartment.EVIDENCE,
        generation=2,
        grantee=_key().grantee,
        wrapped=base64.b64decode(VECTORS["grant"]),
        vouched=bytes.fromhex(VECTORS["vouched"]),
        expires_at=None,
    )
    return GrantRow(**{**vars(row), **changes})  # type: ignore[arg-type]


# --- fuzz ------------------------------------------------------------------------------------------------------------

ALIKE = st.one_of(
    st.text(max_size=80),
    st.from_regex(r"lw[0-9b]{1,2}\.[0-9]{0,10}\.?[A-Za-z0-9+/=]{0,400}", fullmatch=True),
    st.tuples(st.integers(0, len(VECTORS["field"]) - 1), st.characters(max_codepoint=300)).map(
        lambda change: VECTORS["field"][: change[0]] + change[1] + VECTORS["field"][change[0] + 1 :]
    ),
    st.integers(0, len(VECTORS["field"]) - 1).map(lambda end: VECTORS["field"][:end]),
)


@given(ALIKE)
def test_no_other_text_opens_or_fails_in_another_way(text: str) -> None:
    if text in ("", VECTORS["field"]):
        return
    opened = open_rows(file=FILE, rows=[_grant_row()], keyring=Keyring(_key()), now=NOW)
    assert opened is not None
    with pytest.raises(Exception) as failed:  # noqa: PT011
        opened.unseal(text, compartment=Compartment.EVIDENCE, place=PLACE)
    assert type(failed.value).__name__ in ("SealBroken", "CompartmentClosed")
    with pytest.raises(SealBroken):
        open_sealed(_key(), text, place=PLACE)


@given(ALIKE)
def test_a_column_takes_what_can_be_read_and_nothing_else(text: str) -> None:
    column = SealedField(compartment=Compartment.STORY)
    column.name = "story"
    if text == "" or is_sealed(text):
        assert column.get_prep_value(text) == text
        if text.startswith("lw1."):
            assert read_sealed_text(text).generation >= 1
        elif text:
            assert read_box(text)
    else:
        with pytest.raises(SealRefused) as refused:
            column.get_prep_value(text)
        assert len(text) < 5 or text not in str(refused.value)


@given(st.binary(max_size=700))
def test_filling_comes_off_as_it_went_on(raw: bytes) -> None:
    assert unpad(pad(raw)) == raw
    assert len(pad(raw)) % 256 == 0
    assert len(pad(raw)) > len(raw)


@given(st.binary(max_size=200))
def test_no_other_bytes_are_a_wrap(raw: bytes) -> None:
    with pytest.raises(SealBroken):
        unwrap(raw, key=_key(), binding={"box": PLACE})


@given(st.sampled_from(["kind", "id", "generation", "binding", "key", "suite", "bit"]))
def test_a_wrap_opens_for_its_grantee_alone(change: str) -> None:
    key, binding = _key(), {"box": PLACE}
    wrapped = wrap(b"a secret", to=key.grantee, binding=binding)
    assert unwrap(wrapped, key=key, binding=binding) == b"a secret"
    name = key.grantee
    other = {
        "kind": Grantee(kind=GranteeKind.LINK, id=name.id, generation=3, public_key=name.public_key),
        "id": Grantee(kind=name.kind, id="helpline", generation=3, public_key=name.public_key),
        "generation": Grantee(kind=name.kind, id=name.id, generation=4, public_key=name.public_key),
    }.get(change, name)
    private = bytes(32) if change == "key" else key.private
    if change == "suite":
        wrapped = b"\x02" + wrapped[1:]
    if change == "bit":
        wrapped = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    with pytest.raises(SealBroken):
        unwrap(
            wrapped,
            key=PrivateKey(grantee=other, private=private),
            binding={"box": "elsewhere"} if change == "binding" else binding,
        )
