"""An open file: the compartments that a ring of keys opens, and the sealing and unsealing of their fields."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leeward.foundation.vault.errors import CompartmentClosed, SealBroken
from leeward.foundation.vault.rules.grants import Compartment, Grantee, Keyring
from leeward.foundation.vault.rules.seals import NONCE_BYTES, derive_key
from leeward.foundation.vault.rules.texts import read_sealed_text, seal_text_field, unseal_text_field
from leeward.foundation.vault.rules.wraps import Binding, canonical_info, is_vouched, unwrap_once


@dataclass(frozen=True, kw_only=True)
class GrantRow:
    """One grant as the database keeps it."""

    compartment: Compartment
    generation: int
    grantee: Grantee
    wrapped: bytes
    vouched: bytes
    expires_at: datetime | None


def compartment_binding(*, file: UUID, compartment: Compartment, generation: int) -> Binding:
    """Return what the wrap of a compartment's key is bound to, besides its grantee."""
    return {"file": str(file), "compartment": compartment.value, "generation": generation}


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """What somebody needs who draws a compartment's next key elsewhere and wraps it to one grantee.

    `info` is that of the HPKE wrap (X25519, HKDF-SHA256, AES-256-GCM, base mode), before which a byte 1 stands. The
    mark is HMAC-SHA-256 over `info` and the grantee's public key, under HKDF-Expand-SHA-256 of the key for "vouch".
    """

    generation: int
    grantee: Grantee
    info: bytes


def plan_adoption(*, file: UUID, compartment: Compartment, generation: int, to: Grantee) -> Adoption:
    """What the first grant of a generation is bound to whose key is drawn elsewhere."""
    binding = compartment_binding(file=file, compartment=compartment, generation=generation)
    return Adoption(generation=generation, grantee=to, info=canonical_info(binding, grantee=to))


class OpenFile:
    """The parts of a file that some keys open, during one request."""

    def __init__(
        self,
        *,
        file: UUID,
        current: Mapping[Compartment, int],
        keys: Mapping[tuple[Compartment, int], bytes],
        rows: Sequence[GrantRow] = (),
        keyring: Keyring | None = None,
    ) -> None:
        self.file = file
        self._current = dict(current)
        self._keys = dict(keys)
        self._field_keys: dict[tuple[Compartment, int], bytes] = {}
        self._rows = {(row.compartment, row.generation): row for row in rows}
        self._keyring = keyring or Keyring()

    def __repr__(self) -> str:
        return f"OpenFile({len(self.compartments)} compartments)"

    @property
    def compartments(self) -> frozenset[Compartment]:
        """The compartments of which at least one generation opens."""
        return frozenset(compartment for compartment, _ in (*self._keys, *self._rows))

    def seal(self, text: str, *, compartment: Compartment, place: str) -> str:
        """Seal a field's text under the newest key. `place`: `app.Model.field|row reference`. "" stays "".

        Raises CompartmentClosed where these keys do not open the newest generation.
        """
        if text == "":
            return ""
        generation = self.current_generation(compartment)
        return seal_text_field(
            text,
            key=self._field_key(compartment, generation),
            generation=generation,
            nonce=secrets.token_bytes(NONCE_BYTES),
            bound=self._bound(place, compartment=compartment, generation=generation),
        )

    def unseal(self, sealed: str, *, compartment: Compartment, place: str) -> str:
        """Open a field's text. Raises CompartmentClosed, or SealBroken where it was changed or moved."""
        if sealed == "":
            return ""
        parts = read_sealed_text(sealed)
        return unseal_text_field(
            parts,
            key=self._field_key(compartment, parts.generation),
            bound=self._bound(place, compartment=compartment, generation=parts.generation),
        )

    def current_generation(self, compartment: Compartment) -> int:
        """The generation under which is written. Raises CompartmentClosed where the file has no such compartment."""
        if compartment not in self._current:
            raise CompartmentClosed(compartment.value)
        return self._current[compartment]

    def generations(self, compartment: Compartment) -> tuple[int, ...]:
        """The generations of a compartment that open here, oldest first."""
        return tuple(sorted({number for name, number in (*self._keys, *self._rows) if name is compartment}))

    def key_of(self, compartment: Compartment, generation: int) -> bytes:
        """A compartment's key, for the vault's own operations. Raises CompartmentClosed or SealBroken."""
        name = (compartment, generation)
        if name not in self._keys:
            self._keys[name] = self._unwrap(compartment, generation)
        return self._keys[name]

    def is_sound(self, compartment: Compartment, generation: int) -> bool:
        """Whether the key of this generation opens here and its mark is that key's: it was made by somebody else."""
        row = self._rows.get((compartment, generation))
        if row is None:
            return False
        binding = compartment_binding(file=self.file, compartment=compartment, generation=generation)
        try:
            key = self.key_of(compartment, generation)
        except (CompartmentClosed, SealBroken):
            return False
        return is_vouched(row.vouched, secret=key, grantee=row.grantee, binding=binding)

    def take_key(self, key: bytes, *, compartment: Compartment, generation: int) -> None:
        """Go on with a newer generation."""
        self._keys[compartment, generation] = key
        self._current[compartment] = generation

    def _unwrap(self, compartment: Compartment, generation: int) -> bytes:
        row = self._rows.get((compartment, generation))
        key = self._keyring.find(row.grantee.kind, row.grantee.id, row.grantee.generation) if row else None
        if row is None or key is None:
            raise CompartmentClosed(compartment.value)
        binding = compartment_binding(file=self.file, compartment=compartment, generation=generation)
        return unwrap_once(row.wrapped, key=key, binding=binding, keyring=self._keyring)

    def _field_key(self, compartment: Compartment, generation: int) -> bytes:
        name = (compartment, generation)
        if name not in self._field_keys:
            self._field_keys[name] = derive_key(self.key_of(compartment, generation), purpose="field")
        return self._field_keys[name]

    def _bound(self, place: str, *, compartment: Compartment, generation: int) -> str:
        # The place comes first: what follows has a fixed form, so no place can pretend to be another file's.
        return f"{place}|{self.file}|{compartment.value}|{generation}"


def open_rows(*, file: UUID, rows: Sequence[GrantRow], keyring: Keyring, now: datetime) -> OpenFile | None:
    """The file as this ring opens it, from all its grants; nothing where no grant that is still in force fits."""
    current: dict[Compartment, int] = {}
    for row in rows:
        current[row.compartment] = max(row.generation, current.get(row.compartment, 0))
    fitting = [row for row in rows if fits(row, keyring=keyring, now=now)]
    if not fitting:
        return None
    return OpenFile(file=file, current=current, keys={}, rows=fitting, keyring=keyring)


def fits(row: GrantRow, *, keyring: Keyring, now: datetime) -> bool:
    """Whether a grant is in force and its key is on the ring."""
    if row.expires_at is not None and now >= row.expires_at:
        return False
    return keyring.find(row.grantee.kind, row.grantee.id, row.grantee.generation) is not None
