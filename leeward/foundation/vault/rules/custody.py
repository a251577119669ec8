"""The offline recovery key: three custodians, any two of whom can put it together, and none alone.

The private half exists only as three texts, each sealed to one custodian inside and another one outside: AB, AC and BC.
Every custodian's file holds all three and that custodian's own key, so any two files suffice.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

from leeward.foundation.vault.errors import CustodyRefused, SealBroken
from leeward.foundation.vault.rules.grants import GranteeKind, PrivateKey
from leeward.foundation.vault.rules.keys import make_pair
from leeward.foundation.vault.rules.seals import KEY_BYTES
from leeward.foundation.vault.rules.wraps import Binding, unwrap, wrap

CUSTODIANS = ("A", "B", "C")
RECOVERY_ID = "offline"
FORMAT = "leeward custodian 1"


@dataclass(frozen=True, kw_only=True)
class CustodianFile:
    """What one custodian keeps offline."""

    custodian: str
    generation: int
    public_key: bytes  # of the recovery key, which the database knows too
    private: bytes = field(repr=False)
    shares: Mapping[str, bytes] = field(repr=False)


def split_recovery_key(recovery: PrivateKey, *, privates: tuple[bytes, bytes, bytes]) -> tuple[CustodianFile, ...]:
    """Three files for a recovery key. `privates`: 32 random bytes for each custodian."""
    generation = recovery.grantee.generation
    keys = {
        name: _custodian_key(name, private=private, generation=generation)
        for name, private in zip(CUSTODIANS, privates, strict=True)
    }
    shares = {}
    for outer, inner in combinations(CUSTODIANS, 2):
        binding = _share_binding(outer + inner, generation=generation)
        once = wrap(recovery.private, to=keys[inner].grantee, binding=binding)
        shares[outer + inner] = wrap(once, to=keys[outer].grantee, binding=binding)
    return tuple(
        CustodianFile(
            custodian=name,
            generation=generation,
            public_key=recovery.grantee.public_key,
            private=keys[name].private,
            shares=shares,
        )
        for name in CUSTODIANS
    )


def join_custodians(first: CustodianFile, second: CustodianFile) -> PrivateKey:
    """The recovery key from any two custodians' files. Raises CustodyRefused."""
    outer, inner = sorted((first, second), key=lambda file: file.custodian)
    if outer.custodian == inner.custodian:
        raise CustodyRefused("Both files are of the same custodian. Two different custodians are needed.")
    if (outer.generation, outer.public_key) != (inner.generation, inner.public_key):
        raise CustodyRefused("The two files are of different recovery keys. Use two that were made together.")
    share = outer.custodian + inner.custodian
    binding = _share_binding(share, generation=outer.generation)
    try:
        once = unwrap(outer.shares[share], key=_key_of(outer), binding=binding)
        private = unwrap(once, key=_key_of(inner), binding=binding)
    except SealBroken as error:
        raise CustodyRefused("The two files do not open the recovery key: one of them is damaged.") from error
    recovery = make_pair(private, kind=GranteeKind.RECOVERY, id=RECOVERY_ID, generation=outer.generation)
    if recovery.grantee.public_key != outer.public_key:
        raise CustodyRefused("The two files give another recovery key than they name: one of them is damaged.")
    return recovery


def write_custodian_file(file: CustodianFile) -> str:
    """A custodian's file as JSON."""
    content = {
        "format": FORMAT,
        "custodian": file.custodian,
        "generation": file.generation,
        "public_key": base64.b64encode(file.public_key).decode(),
        "private_key": base64.b64encode(file.private).decode(),
        "shares": {name: base64.b64encode(share).decode() for name, share in file.shares.items()},
    }
    return json.dumps(content, indent=2) + "\n"


def read_custodian_file(text: str) -> CustodianFile:
    """Read what `write_custodian_file` wrote. Raises CustodyRefused."""
    try:
        content = json.loads(text)
        file = CustodianFile(
            custodian=content["custodian"],
            generation=int(content["generation"]),
            public_key=base64.b64decode(content["public_key"], validate=True),
            private=base64.b64decode(content["private_key"], validate=True),
            shares={name: base64.b64decode(content["shares"][name], validate=True) for name in _share_names()},
        )
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise CustodyRefused("This is not a custodian's file, or it is damaged.") from error
    if content.get("format") != FORMAT or file.custodian not in CUSTODIANS or len(file.private) != KEY_BYTES:
        raise CustodyRefused("This is not a custodian's file of this version.")
    return file


def _key_of(file: CustodianFile) -> PrivateKey:
    return _custodian_key(file.custodian, private=file.private, generation=file.generation)


def _custodian_key(name: str, *, private: bytes, generation: int) -> PrivateKey:
    return make_pair(private, kind=GranteeKind.RECOVERY, id=f"custodian-{name}", generation=generation)


def _share_binding(share: str, *, generation: int) -> Binding:
    return {"recovery": RECOVERY_ID, "share": share, "generation": generation}


def _share_names() -> tuple[str, ...]:
    return tuple(outer + inner for outer, inner in combinations(CUSTODIANS, 2))
