"""Reads who is in a team, waits to be let in or has not enrolled yet, who works in a role, and all accounts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from leeward.foundation.accounts.errors import ColleagueUnknown, NoSuchStaff
from leeward.foundation.accounts.models import OutsideIdentity, Passkey, Unlock, User, WayChange
from leeward.foundation.accounts.rules import (
    CHANGE_TOLD_FOR,
    CHANGE_TOLD_LEADS,
    LEADS,
    TEAM_ROLES,
    UNLOCK_IDLE,
    UNLOCK_TOTAL,
    AccountState,
    Reader,
    Role,
    SignInMethod,
    SignInPolicy,
    fingerprint,
    is_strong_enough,
    may_take_in,
    team_of,
)
from leeward.foundation.accounts.verbs import AccountVerb
from leeward.foundation.vault.operations import (
    holders_of,
    holders_with_keys,
    slot_kinds,
    teams_to_rotate,
    user_grantee,
    user_holders_of,
)
from leeward.foundation.vault.rules.grants import GranteeKind

TEAM_LIMIT = 500
CHANGES = 20
FOUND = 8


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account as an administrator sees it. `has_key`: of their own; `holds_team_key`: and their team's with it."""

    reference: str
    username: str
    name: str
    role: Role
    affiliation: str
    team: str | None
    state: AccountState
    passkeys: int
    has_key: bool
    holds_team_key: bool
    is_last_holder: bool
    created_at: datetime
    signed_in_at: datetime | None
    last_seen: datetime | None
    link_until: datetime | None


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


def team_names(*, viewer: User) -> dict[str, str]:
    """The names of the people of the viewer's team, by the reference that stands in tables."""
    team = list_team(viewer=viewer)
    return {each.reference: each.name for each in (*team.inside, *team.waiting, *team.expected)}


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


def who_is_here(role: Role, *, now: datetime) -> frozenset[str]:
    """References of those who work in one role and have unlocked, as long as an unlock lasts after its last use."""
    rows = Unlock.objects.filter(user__role=role.value, user__is_active=True)
    lasting = rows.filter(started_at__gt=now - UNLOCK_TOTAL, used_at__gt=now - UNLOCK_IDLE)
    return frozenset(lasting.values_list("user__reference", flat=True))


@dataclass(frozen=True, kw_only=True)
class WayChangeLine:
    """One change of somebody's ways in, as the owner or a lead reads it. `name`: whose."""

    what: AccountVerb
    at: datetime
    name: str


def changes_to_tell(user: User, *, now: datetime) -> tuple[WayChangeLine, ...]:
    """Return what changed in somebody's ways in and has not been read by them, the newest first."""
    return _change_lines(WayChange.objects.filter(user=user, seen_at__isnull=True), now=now)


def changes_in_team(lead: User, *, now: datetime) -> tuple[WayChangeLine, ...]:
    """Return what changed in the ways in of those whom somebody leads, the newest first."""
    roles = [role.value for role in Role if LEADS.get(role, Role.ADMINISTRATOR).value == lead.role]
    rows = WayChange.objects.filter(user__role__in=roles, user__is_active=True).exclude(user=lead)
    if lead.role != Role.ADMINISTRATOR:
        rows = rows.filter(user__affiliation=lead.affiliation)
    return _change_lines(rows.filter(at__gt=now - CHANGE_TOLD_LEADS), now=now)


def _change_lines(rows: QuerySet[WayChange], *, now: datetime) -> tuple[WayChangeLine, ...]:
    lasting = rows.filter(at__gt=now - CHANGE_TOLD_FOR).select_related("user").order_by("-at", "-pk")
    return tuple(
        WayChangeLine(what=AccountVerb(row.what), at=row.at, name=row.user.display_name) for row in lasting[:CHANGES]
    )


def working_names(references: Iterable[str]) -> Mapping[str, str]:
    """The names that staff chose for their work, by their references; whoever chose none is left out."""
    rows = User.objects.filter(reference__in=list(references)).exclude(working_name="")
    return dict(rows.values_list("reference", "working_name"))


def names_of(references: Iterable[str]) -> Mapping[str, str]:
    """The names of staff by their references, also of those who have left; what is no person's has no name."""
    return dict(User.objects.filter(reference__in=set(references)).values_list("reference", "display_name"))


def has_signed_in(*, affiliation: str) -> bool:
    """Return whether anybody of this affiliation has ever come in with an account that still stands."""
    people = User.objects.filter(_came_in(), affiliation=affiliation, is_active=True)
    return bool(affiliation) and people.exists()


def teams_that_read(teams: Collection[str]) -> frozenset[str]:
    """Return those of these teams in which somebody who can open what comes in has signed in and still works."""
    holders = user_holders_of(teams)
    readers = _readers(User.objects.filter(reference__in={*chain(*holders.values())}))
    return frozenset(
        team for team, names in holders.items() if may_take_in(readers[name] for name in names if name in readers)
    )


def role_works(role: Role) -> bool:
    """Whether somebody of a role that holds no team's key has signed in and still works."""
    return may_take_in(_readers(User.objects.filter(role=role.value, is_active=True)).values())


def has_worked(roles: Collection[Role]) -> bool:
    """Whether anybody in one of these roles has ever signed in, also who has left since."""
    return User.objects.filter(role__in=[role.value for role in roles]).filter(_came_in()).exists()


def bodies_with_accounts(role: Role) -> frozenset[str]:
    """Return the affiliations of those who have an account in this role and have not left."""
    return frozenset(User.objects.filter(role=role.value, is_active=True).values_list("affiliation", flat=True))


def people_in_roles(roles: Collection[Role], *, affiliation: str = "", now: datetime) -> Sequence[Account]:
    """Everybody of this affiliation who has an account in one of these roles and has not left, by name, at most 500."""
    rows = account_rows().filter(role__in=[role.value for role in roles], affiliation=affiliation, is_active=True)
    return accounts_of(list(with_ways_in(rows.order_by("display_name", "pk")[:TEAM_LIMIT])), now=now)


def _readers(holders: QuerySet[User]) -> Mapping[str, Reader]:
    """Say of people who hold all keys that their role has how far they have come, by reference."""
    return {
        user.reference: Reader(
            is_active=user.is_active,
            has_passphrase=user.has_usable_password(),
            has_signed_in=bool(user.came_in),
            holds_team_key=True,
        )
        for user in holders.annotate(came_in=_came_in())
    }


def _came_in() -> Q:
    """Select who has come in as the installation asks for it: a passphrase alone may lead to no page of work."""
    came = Q(last_login__isnull=False)
    if is_strong_enough(policy=SignInPolicy(settings.LEEWARD_STAFF_SIGN_IN), method=SignInMethod.PASSPHRASE):
        return came
    ways = (Passkey.objects.filter(user=OuterRef("pk")), OutsideIdentity.objects.filter(user=OuterRef("pk")))
    return came & (Exists(ways[0]) | Exists(ways[1]))


def account_rows() -> QuerySet[User]:
    """Everybody who has or had an account, for a list."""
    return User.objects.all()


def with_ways_in(rows: QuerySet[User]) -> QuerySet[User]:
    """The same with what is told of each on a page."""
    return rows.annotate(passkey_count=Count("passkeys", distinct=True), unlock_used_at=Max("unlocks__used_at"))


def accounts_of(rows: Sequence[Any], *, now: datetime) -> Sequence[Account]:
    """What rows of `with_ways_in` say, in their order."""
    have_keys = holders_with_keys(user.reference for user in rows)
    holders = {team: holders_of(team) for team in {user.team for user in rows} if team}
    return [_account(user, have_keys=have_keys, holders=holders.get(user.team, ()), now=now) for user in rows]


def find_account(reference: str, *, now: datetime) -> Account:
    """One of them. Raises NoSuchStaff."""
    found = accounts_of(list(with_ways_in(account_rows().filter(reference=reference))), now=now)
    if not found:
        raise NoSuchStaff(reference)
    return found[0]


def _account(
    user: Any, *, have_keys: frozenset[str], holders: Sequence[tuple[GranteeKind, str]], now: datetime
) -> Account:
    inside, has_key = (GranteeKind.USER, user.reference) in holders, user.reference in have_keys
    return Account(
        reference=user.reference,
        username=user.username,
        name=user.display_name,
        role=Role(user.role),
        affiliation=user.affiliation,
        team=user.team,
        state=_state(user, has_key=has_key, is_inside=inside, now=now),
        passkeys=user.passkey_count,
        has_key=user.is_active and has_key,
        holds_team_key=inside,
        is_last_holder=inside and len(holders) == 1,
        created_at=user.created_at,
        signed_in_at=user.last_login,
        last_seen=max((at for at in (user.last_login, user.unlock_used_at) if at), default=None),
        link_until=user.link_expires_at,
    )


def _state(user: User, *, has_key: bool, is_inside: bool, now: datetime) -> AccountState:
    if not user.is_active:
        return AccountState.LEFT
    if not user.has_usable_password():
        open_link = user.link_expires_at is not None and user.link_expires_at > now
        return AccountState.INVITED if open_link else AccountState.LINK_OVER
    if user.team and not has_key:  # enrolled in a role that has none
        return AccountState.LINK_OVER
    return AccountState.WAITING if user.team and not is_inside else AccountState.WORKING


def find_staff(*, viewer: User, term: str) -> Sequence[Colleague]:
    """Colleagues of one's own team with this in their names."""
    named = _rows_of_team(viewer).filter(Q(display_name__icontains=term) | Q(username__iexact=term))
    return [_describe(user) for user in named.order_by("display_name", "pk")[:FOUND]]


def _rows_of_team(viewer: User) -> QuerySet[User]:
    roles = [role.value for role in TEAM_ROLES if team_of(role=role, affiliation=viewer.affiliation) == viewer.team]
    return User.objects.filter(role__in=roles, affiliation=viewer.affiliation, is_active=True)


def _colleagues(viewer: User) -> Sequence[User]:
    return list(_rows_of_team(viewer).order_by("display_name", "pk")[:TEAM_LIMIT])


def _describe(user: User, *, with_fingerprint: bool = False) -> Colleague:
    return Colleague(
        reference=user.reference,
        name=user.display_name,
        role_name=user.role_name,
        fingerprint=fingerprint(user_grantee(user.reference).public_key) if with_fingerprint else "",
    )
