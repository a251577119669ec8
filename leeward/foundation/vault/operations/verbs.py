"""The vault's lines in the audit trail."""

import re
from enum import StrEnum

from leeward.foundation.audit.rules import Actor, Fact, PersonsSubject, Subject
from leeward.foundation.vault.errors import SealRefused
from leeward.foundation.vault.models.grants import ID_LENGTH
from leeward.foundation.vault.rules.grants import Grantee, GranteeKind

REASON = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,59}")


class VaultVerb(StrEnum):
    """Everything that happens to keys."""

    FILE_MADE = "vault.file_made"
    FILE_ADOPTED = "vault.file_adopted"
    KEY_DROPPED = "vault.key_dropped"
    FILE_OPENED = "vault.file_opened"
    FILES_LISTED = "vault.files_listed"
    FILE_DESTROYED = "vault.file_destroyed"
    GRANTED = "vault.granted"
    REVOKED = "vault.revoked"
    RENEWED = "vault.generation_renewed"
    EXPIRED = "vault.expired"
    TEAM_FOUNDED = "vault.team_founded"
    TEAM_JOINED = "vault.team_joined"
    TEAM_LEFT = "vault.team_left"
    TEAM_ROTATED = "vault.team_rotated"
    GRANTS_REWRAPPED = "vault.grants_rewrapped"
    USER_KEY_MADE = "vault.user_key_made"
    USER_KEY_REPLACED = "vault.user_key_replaced"
    SLOT_ADDED = "vault.slot_added"
    SLOT_REMOVED = "vault.slot_removed"
    SERVICES_FOUNDED = "vault.services_founded"
    SERVICE_ROTATED = "vault.service_rotated"
    SERVICE_RESEALED = "vault.service_resealed"
    SERVICE_KEYS_ENDED = "vault.service_keys_ended"
    RECOVERY_MADE = "vault.recovery_keys_made"
    TEAM_RECOVERED = "vault.team_recovered"


def of_file(file: object) -> Subject:
    """A file as the subject of a line."""
    return PersonsSubject(kind="file", reference=str(file))


def of_team(team: str) -> Subject:
    """A team as the subject of a line."""
    return Subject(kind="team", reference=team)


def of_service(service: str) -> Subject:
    """A worker as the subject of a line."""
    return Subject(kind="service", reference=service)


def whom(grantee: Grantee) -> dict[str, Fact]:
    """Return how a line names a grantee: teams and services by name, everybody else only by kind."""
    if grantee.kind in (GranteeKind.TEAM, GranteeKind.SERVICE):
        return {"grantee_kind": grantee.kind.value, "grantee": grantee.id}
    return {"grantee_kind": grantee.kind.value}


def written_by(by: Actor) -> str:
    """Return who granted, in the form that a row keeps."""
    return f"{by.kind.value}:{by.id}"[:ID_LENGTH]


def plain_reason(reason: str) -> str:
    """A reason stays in clear, so it is a short code. Raises SealRefused."""
    if reason != "" and REASON.fullmatch(reason) is None:
        raise SealRefused(
            "A reason stays in clear for good, so it is a short code such as 'second_opinion': "
            "small letters, digits and _ . : - up to 60. A sentence belongs into a sealed field."
        )
    return reason
