"""Locked files: the format on both sides, and that the device's wrap of its key opens in the vault and nowhere else."""

import base64
import hashlib
import json
import secrets
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.rules.files import compartment_binding
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, PrivateKey
from leeward.foundation.vault.rules.keys import make_pair
from leeward.foundation.vault.rules.wraps import canonical_info, is_vouched, unwrap
from leeward.victim.locker.rules.lwf1 import FileDamaged, open_part, part_key, seal_part, sealed_size
from tests.victim.locker.locked import HARMS, chunks_of, content_of, read_vectors

VECTORS = read_vectors()
COPY = part_key(bytes.fromhex(VECTORS["item_key"]), "copy")
PREFIX = bytes.fromhex(VECTORS["prefix"])
DEVICE = Path(__file__).with_name("device.mjs")
SIZES = (0, 65_535, 65_536, 200_000)


def test_each_part_has_a_key_of_its_own() -> None:
    found = {part: part_key(bytes.fromhex(VECTORS["item_key"]), part).hex() for part in VECTORS["part_keys"]}
    assert found == VECTORS["part_keys"]
    assert len(set(found.values())) == 2


@pytest.mark.parametrize("vector", VECTORS["files"], ids=lambda vector: vector["size"])
def test_a_file_is_locked_as_in_the_browser_and_opens(vector: Mapping[str, Any]) -> None:
    content = content_of(vector["size"])
    sealed = seal_part(content, key=COPY, prefix=PREFIX)
    assert len(sealed) == sealed_size(len(content))
    assert hashlib.sha256(sealed).hexdigest() == vector["sealed_sha256"]
    assert open_part(sealed, key=COPY) == content


@pytest.mark.parametrize("vector", VECTORS["damages"], ids=lambda vector: vector["harm"])
def test_each_damage_is_found_and_named(vector: Mapping[str, str]) -> None:
    content = content_of(VECTORS["damaged_size"])
    others = {
        "part": chunks_of(seal_part(content, key=part_key(bytes(range(32)), "view"), prefix=PREFIX)),
        "file": chunks_of(seal_part(content, key=COPY)),
    }
    harmed = b"".join(HARMS[vector["harm"]](chunks_of(seal_part(content, key=COPY, prefix=PREFIX)), others))
    with pytest.raises(FileDamaged) as refused:
        open_part(harmed, key=COPY)
    assert refused.value.damage == vector["damage"]


def test_the_vectors_name_every_harm() -> None:
    assert [vector["harm"] for vector in VECTORS["damages"]] == list(HARMS)


@pytest.fixture(scope="module")
def person() -> PrivateKey:
    """Whose locker it is."""
    return make_pair(secrets.token_bytes(32), kind=GranteeKind.VICTIM)


ITEM = uuid.UUID("5a0c7a44-6f0f-4a53-9d4d-0e7cb40c2f11")
BINDING = compartment_binding(file=ITEM, compartment=Compartment.EVIDENCE, generation=3)


@pytest.fixture(scope="module")
def device(person: PrivateKey) -> dict[str, Any]:
    """What a device does with the frame's own code, in one process of Node: it locks, and opens what we have locked."""
    info = canonical_info(BINDING, grantee=person.grantee)
    ours = [seal_part(content_of(size), key=COPY) for size in SIZES]
    asked = {
        "publicKey": base64.b64encode(person.grantee.public_key).decode(),
        "info": base64.b64encode(info).decode(),
        "key": base64.b64encode(COPY).decode(),
        "sizes": SIZES,
        "sealed": [base64.b64encode(sealed).decode() for sealed in ours],
    }
    run = subprocess.run(
        ["node", str(DEVICE)], input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("agreement", ["native", "noble"])
def test_the_devices_wrap_opens_with_the_vaults_own_unwrap(
    device: dict[str, Any], person: PrivateKey, agreement: str
) -> None:
    grant = {name: base64.b64decode(text) for name, text in device[agreement].items()}
    key = unwrap(grant["wrapped"], key=person, binding=BINDING)
    assert key == grant["drawn"]
    assert is_vouched(grant["vouched"], secret=key, grantee=person.grantee, binding=BINDING)


@pytest.mark.parametrize(
    "moved",
    [{"file": uuid.uuid4()}, {"generation": 4}, {"compartment": Compartment.STORY}],
    ids=lambda moved: next(iter(moved)),
)
def test_moved_to_another_item_it_opens_nothing(
    device: dict[str, Any], person: PrivateKey, moved: dict[str, Any]
) -> None:
    wrapped = base64.b64decode(device["native"]["wrapped"])
    place: dict[str, Any] = {"file": ITEM, "compartment": Compartment.EVIDENCE, "generation": 3} | moved
    with pytest.raises(SealBroken):
        unwrap(wrapped, key=person, binding=compartment_binding(**place))
    other = replace(person, grantee=replace(person.grantee, id="somebody"))
    with pytest.raises(SealBroken):
        unwrap(wrapped, key=other, binding=BINDING)


def test_each_side_opens_what_the_other_has_locked(device: dict[str, Any]) -> None:
    assert device["opened"] == [hashlib.sha256(content_of(size)).hexdigest() for size in SIZES]
    for size, sealed in zip(SIZES, device["sealed"], strict=True):
        assert open_part(base64.b64decode(sealed), key=COPY) == content_of(size)
