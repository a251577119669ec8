"""What accounts ask of the vault: a person's key, what opens it, and the way of her team's key to her.

A team's first member gets its key through her link, which stands for a key itself. As soon as she has enrolled, links
open nothing more and the team gets a new key: what was printed once is worth nothing afterwards.
"""

import secrets
from datetime import datetime

from leeward.foundation.accounts.errors import LastInTeam, RecoveryCodeMistyped, TooManyAtOnce, UnlockRefused
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations.trail import actor
from leeward.foundation.accounts.rules import LINK_BYTES, fingerprint, read_recovery_code
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault import errors as vault_errors
from leeward.foundation.vault.operations import (
    add_slot,
    derive_key_pair,
    found_team,
    holders_of,
    join_team,
    leave_team,
    make_user_key,
    open_teams,
    replace_user_key,
    rotate_team,
    slot_kinds,
    teams_to_rotate,
    unlock_user_key,
    user_grantee,
)
from leeward.foundation.vault.rules.grants import GranteeKind, Keyring, PrivateKey
from leeward.foundation.vault.rules.slots import SlotKind

LINK_PURPOSE = "staff-link"


def has_key(*, user: User) -> bool:
    """Whether this person has a key already."""
    return bool(slot_kinds(user.reference))


def fingerprint_of(*, user: User) -> str:
    """The digits by which her key is compared, "" before she has one."""
    return fingerprint(user_grantee(user.reference).public_key) if has_key(user=user) else ""


def is_waiting(*, user: User) -> bool:
    """Whether she has a key, and her team's is not open to it."""
    return user.team is not None and has_key(user=user) and not _is_inside(user)


def is_last_holder(*, user: User) -> bool:
    """Whether nobody and nothing else could open her team's key."""
    return user.team is not None and holders_of(user.team) == ((GranteeKind.USER, user.reference),)


def lend_team_to_link(*, user: User, token: str, by: Actor, now: datetime) -> None:
    """While a team has no member, wrap its key to the one that the link's token stands for."""
    if user.team is None:
        return
    found_team(team=user.team, by=by, now=now)
    if any(kind is GranteeKind.FOUNDING for kind, _name in holders_of(user.team)):
        join_team(team=user.team, holder=_link_key(token).grantee, keyring=None, by=by, now=now)


def give_key(
    *, user: User, token: str, passphrase: str, recovery_code: str, kept: PrivateKey | None, now: datetime
) -> bool:
    """Make her key and its two slots, and open her team's to it where the link can; whether she must wait.

    Raises LastInTeam where a new key would leave nobody who holds the team's, or TooManyAtOnce.
    """
    if kept is None and is_last_holder(user=user):
        raise LastInTeam
    by = actor(user)
    try:
        key = kept or _make_key(user, passphrase=passphrase, now=now)
        if kept:
            add_slot(key=key, kind=SlotKind.PASSPHRASE, secret=passphrase, by=by, now=now)
        add_slot(key=key, kind=SlotKind.RECOVERY_CODE, secret=recovery_code, by=by, now=now)
    except vault_errors.TooManyAtOnce as error:
        raise TooManyAtOnce from error
    _come_in_by_link(user, key=key, token=token, now=now)
    return not _is_inside(user)


def open_by_passphrase(*, user: User, passphrase: str) -> PrivateKey:
    """Her key. Raises UnlockRefused or TooManyAtOnce."""
    return _open(user, kind=SlotKind.PASSPHRASE, secret=passphrase)


def open_by_recovery(*, user: User, code: str) -> PrivateKey:
    """Her key. Raises UnlockRefused or TooManyAtOnce."""
    return _open(user, kind=SlotKind.RECOVERY_CODE, secret=code)


def open_by_either(*, user: User, secret: str) -> PrivateKey:
    """Her key, by the passphrase or by the recovery code. Raises UnlockRefused or TooManyAtOnce."""
    try:
        return open_by_recovery(user=user, code=read_recovery_code(secret))
    except RecoveryCodeMistyped:
        return open_by_passphrase(user=user, passphrase=secret)


def open_teams_with(key: PrivateKey) -> Keyring:
    """All team keys that are open to this one."""
    return open_teams(key=key)


def join(*, user: User, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Open the team's key to hers."""
    if user.team is not None:
        join_team(team=user.team, holder=user_grantee(user.reference), keyring=keyring, by=by, now=now)


def leave_own_team(*, user: User, by: Actor, now: datetime) -> None:
    """Take the team's key from somebody who goes on elsewhere; their own key stays."""
    if user.team is not None and _is_inside(user):
        leave_team(team=user.team, id=user.reference, by=by, now=now)


def drop_all(*, user: User, by: Actor, now: datetime) -> None:
    """Take the team's key from her, and every slot from her own, which is replaced by one that nobody can open.

    Of a team's last holder the sealed slots stay, because without them nobody could ever open the team again.
    """
    if not has_key(user=user) or is_last_holder(user=user):
        return
    if user.team is not None:
        leave_team(team=user.team, id=user.reference, by=by, now=now)
    replace_user_key(
        holder=user.reference, secret=secrets.token_urlsafe(LINK_BYTES), kind=SlotKind.LINK, by=by, now=now
    )


def is_key_old(*, team: str) -> bool:
    """Whether somebody has left since the team's present key was made."""
    return team in teams_to_rotate()


def renew_team(*, team: str, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Give the team a key that nobody who left has ever held."""
    rotate_team(team=team, keyring=keyring, by=by, now=now)


def _make_key(user: User, *, passphrase: str, now: datetime) -> PrivateKey:
    """A first key, or a new one for whoever lost all that opened the old one."""
    make = replace_user_key if has_key(user=user) else make_user_key
    return make(holder=user.reference, secret=passphrase, kind=SlotKind.PASSPHRASE, by=actor(user), now=now)


def _come_in_by_link(user: User, *, key: PrivateKey, token: str, now: datetime) -> None:
    if user.team is None or _is_inside(user):
        return
    keyring = open_teams(key=_link_key(token))
    if user.team not in keyring.teams:
        return
    by = actor(user)
    join_team(team=user.team, holder=key.grantee, keyring=keyring, by=by, now=now)
    for kind, name in holders_of(user.team):
        if kind is GranteeKind.LINK:
            leave_team(team=user.team, kind=kind, id=name, by=by, now=now)
    rotate_team(team=user.team, keyring=keyring, by=by, now=now)


def _open(user: User, *, kind: SlotKind, secret: str) -> PrivateKey:
    try:
        return unlock_user_key(holder=user.reference, kind=kind, secret=secret)
    except vault_errors.WrongSecret as error:
        raise UnlockRefused from error
    except vault_errors.TooManyAtOnce as error:
        raise TooManyAtOnce from error


def _is_inside(user: User) -> bool:
    return user.team is not None and (GranteeKind.USER, user.reference) in holders_of(user.team)


def _link_key(token: str) -> PrivateKey:
    return derive_key_pair(token, purpose=LINK_PURPOSE)
