"""Reads who is in a team, waits to be let in or has not enrolled yet, and who works in a role."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leeward.foundation.accounts.errors import ColleagueUnknown
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import TEAM_ROLES, Role, fingerprint, team_of
from leeward.foundation.vault.operations import holders_of, slot_kinds, teams_to_rotate, user_grantee
from leeward.foundation.vault.rules.grants import GranteeKind

TEAM_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """One person of the team. `fingerprint` is that of her key, "" before she has one."""

    reference: str
    name: str
    role_name: str
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class TeamList:
    """A team as its page shows it."""

    inside: Sequence[Colleague]
    waiting: Sequence[Colleague]
    expected: Sequence[Colleague]
    key_is_old: bool


def list_team(*, viewer: User) -> TeamList:
    """The viewer's team, each list by name, at most 500 people."""
    team = viewer.team or ""
    members = {name for kind, name in holders_of(team) if kind is GranteeKind.USER}
    people = _colleagues(viewer)
    outside = [user for user in people if user.reference not in members]
    ready = {user.pk for user in outside if slot_kinds(user.reference)}
    return TeamList(
        inside=[_describe(user) for user in people if user.reference in members],
        waiting=[_describe(user, with_fingerprint=True) for user in outside if user.pk in ready],
        expected=[_describe(user) for user in outside if user.pk not in ready],
        key_is_old=team in teams_to_rotate(),
    )


def find_colleague(*, viewer: User, reference: str) -> Colleague:
    """One person of the viewer's team other than herself. Raises ColleagueUnknown."""
    found = [user for user in _colleagues(viewer) if user.reference == reference and user.pk != viewer.pk]
    if not found:
        raise ColleagueUnknown
    return _describe(found[0])


def staff_of_role(role: Role) -> Sequence[Colleague]:
    """Everybody who works in one role now, by name, at most 500 people: for choosing one of them."""
    people = User.objects.filter(role=role.value, is_active=True).order_by("display_name", "pk")
    return [_describe(user) for user in people[:TEAM_LIMIT]]


def names_of(references: Iterable[str]) -> Mapping[str, str]:
    """The names of staff by their references, also of those who have left; what is no person's has no name."""
    return dict(User.objects.filter(reference__in=set(references)).values_list("reference", "display_name"))


def has_signed_in(*, affiliation: str) -> bool:
    """Return whether anybody of this affiliation has ever come in with an account that still stands."""
    people = User.objects.filter(affiliation=affiliation, is_active=True, last_login__isnull=False)
    return bool(affiliation) and people.exists()


def _colleagues(viewer: User) -> Sequence[User]:
    roles = [role.value for role in TEAM_ROLES if team_of(role=role, affiliation=viewer.affiliation) == viewer.team]
    people = User.objects.filter(role__in=roles, affiliation=viewer.affiliation, is_active=True)
    return list(people.order_by("display_name", "pk")[:TEAM_LIMIT])


def _describe(user: User, *, with_fingerprint: bool = False) -> Colleague:
    return Colleague(
        reference=user.reference,
        name=user.display_name,
        role_name=user.role_name,
        fingerprint=fingerprint(user_grantee(user.reference).public_key) if with_fingerprint else "",
    )
