"""Who acts at the made-up desk and at its platforms, with the keys that each of them has."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.platforms.operations import keyring_for_key
from leeward.industry.platforms.queries import find_partner_by_name
from leeward.victim.removals.rules.at_platform import AtPlatform

PEOPLES, MACHINES = "Picture House", {"Lantern": "sync", "Market Square": "square"}


@dataclass(frozen=True, kw_only=True)
class Crew:
    """The desk's practitioner and supervisor with their team's keys, and the platforms' sides."""

    practitioner: Actor
    supervisor: Actor
    keyring: Keyring
    moderator: AtPlatform
    lead: AtPlatform
    machines: Mapping[str, AtPlatform]


def call_crew(data: Path, passphrases: Mapping[str, str], *, now: datetime) -> Crew:
    """Call everybody to work: people by their passphrases, machines by the keys in their folders."""
    return Crew(
        practitioner=_actor("sasha"),
        supervisor=_actor("mika"),
        keyring=_keyring("sasha", passphrases),
        moderator=_person("noor", _keyring("noor", passphrases)),
        lead=_person("lena", _keyring("lena", passphrases)),
        machines={name: _machine(name, data / "partners" / folder, now=now) for name, folder in MACHINES.items()},
    )


def _actor(name: str) -> Actor:
    return Actor(kind=ActorKind.STAFF, id=User.objects.get(username=name).reference)


def _keyring(name: str, passphrases: Mapping[str, str]) -> Keyring:
    user = User.objects.get(username=name)
    return keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=passphrases[name]))


def _person(name: str, keyring: Keyring) -> AtPlatform:
    return AtPlatform(platform_id=find_partner_by_name(PEOPLES).id, keyring=keyring, actor=_actor(name))


def _machine(name: str, folder: Path, *, now: datetime) -> AtPlatform:
    partner = find_partner_by_name(name)
    key = json.loads((folder / "keys.json").read_text(encoding="utf-8"))["fetch_key"]
    actor = Actor(kind=ActorKind.PLATFORM, id=str(partner.public_id))
    return AtPlatform(platform_id=partner.id, keyring=keyring_for_key(key, now=now), actor=actor, is_person=False)
