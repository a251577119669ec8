"""Make staff accounts, print them new links, and close them."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from leeward.foundation.accounts.errors import (
    AffiliationWrong,
    LastAdministrator,
    LastInTeam,
    NameTaken,
    NameUnsuitable,
    NoSuchStaff,
)
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.operations.sign_in_changes import note_way_change
from leeward.foundation.accounts.operations.trail import AccountVerb, actor, subject
from leeward.foundation.accounts.rules import (
    BODY_OF,
    LINK_BYTES,
    LINK_LIFETIME,
    Role,
    digest_link,
    is_suitable_name,
    team_of,
)
from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor


@dataclass(frozen=True, kw_only=True)
class EnrolmentLink:
    """A token that lets one person enrol, once. It is stored only as a hash, and may carry the way to a team's key."""

    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"EnrolmentLink(expires_at={self.expires_at!r})"


def create_staff(
    *, username: str, display_name: str, role: Role, affiliation: str = "", by: Actor, now: datetime
) -> EnrolmentLink:
    """Make an account without a passphrase, and the link by which its owner enrols.

    The first people of a team get its key by their link, because nobody is there yet to let them in.
    `affiliation` is the public id of the platform, member or employer whose people these are. Raises
    NameUnsuitable, NameTaken or AffiliationWrong.
    """
    if not is_suitable_name(username):
        raise NameUnsuitable(username)
    _check_affiliation(role=role, affiliation=affiliation)
    link = _draw_link(now)
    made = User(
        username=username,
        display_name=display_name,
        role=role.value,
        affiliation=affiliation,
        password=make_password(None),
        link_digest=digest_link(link.token),
        link_expires_at=link.expires_at,
        created_at=now,
    )
    with transaction.atomic():
        user = _store(made)
        record(verb=AccountVerb.CREATED, by=by, subject=subject(user), now=now, facts={"role": role.value})
        keys.lend_team_to_link(user=user, token=link.token, by=by, now=now)
    return link


def choose_working_name(*, user: User, name: str, now: datetime) -> None:
    """Choose the name with which somebody signs what leaves the house; "" takes it back. The trail has no names."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(working_name=name)
        record(verb=AccountVerb.NAME_CHOSEN, by=actor(user), subject=subject(user), now=now, facts={"set": bool(name)})


def renew_link(*, username: str, by: Actor, now: datetime) -> EnrolmentLink:
    """Print an account a new link; its passphrase, passkeys, provider, old link and every session end at once.

    Her key stays if she shows at enrolment that she can open it, and is replaced otherwise. Raises NoSuchStaff.
    """
    link = _draw_link(now)
    with transaction.atomic():
        user = _locked(username)
        _end_ways_in(user)
        user.link_digest = digest_link(link.token)
        user.link_expires_at = link.expires_at
        user.unlock_failed_tries, user.unlock_resting_until = 0, None
        user.save()
        note_way_change(user, AccountVerb.LINK_RENEWED, now=now)
        record(verb=AccountVerb.LINK_RENEWED, by=by, subject=subject(user), now=now)
        keys.lend_team_to_link(user=user, token=link.token, by=by, now=now)
    return link


def change_staff(
    *, username: str, display_name: str, role: Role, affiliation: str = "", by: Actor, now: datetime
) -> None:
    """Give somebody another name, role or platform. A change of team takes the old team's key away at once.

    In the new team they wait until a colleague lets them in. Raises NoSuchStaff, AffiliationWrong, LastAdministrator,
    or LastInTeam where nobody else holds the old team's key.
    """
    _check_affiliation(role=role, affiliation=affiliation)
    with transaction.atomic():
        user = _locked(username)
        if role is not Role.ADMINISTRATOR:
            _keep_an_administrator(user)
        facts = {"role_before": user.role, "role": role.value}
        if user.team != team_of(role=role, affiliation=affiliation):
            if keys.is_last_holder(user=user):
                raise LastInTeam
            keys.leave_own_team(user=user, by=by, now=now)
            user.unlocks.all().delete()
        user.display_name, user.role, user.affiliation = display_name, role.value, affiliation
        user.save()
        record(verb=AccountVerb.CHANGED, by=by, subject=subject(user), now=now, facts=facts)


def close_account(*, username: str, by: Actor, now: datetime) -> bool:
    """Shut somebody out at once; the account stays, so that the trail keeps its meaning.

    Returns whether her sealed key had to stay, because nobody else holds her team's. Raises NoSuchStaff or
    LastAdministrator.
    """
    with transaction.atomic():
        user = _locked(username)
        _keep_an_administrator(user)
        close_locked(user, by=by, now=now)
        return keys.is_last_holder(user=user)


def close_locked(user: User, *, by: Actor, now: datetime) -> None:
    """Close an account whose row the caller's transaction holds."""
    user.is_active = False
    _end_ways_in(user)
    user.link_digest, user.link_expires_at = "", None
    user.save()
    keys.drop_all(user=user, by=by, now=now)
    record(verb=AccountVerb.CLOSED, by=by, subject=subject(user), now=now)


def _check_affiliation(*, role: Role, affiliation: str) -> None:
    if bool(affiliation) != (role in BODY_OF):
        raise AffiliationWrong(role=role.value, needed=not affiliation)


def _keep_an_administrator(user: User) -> None:
    """Of two who close each other's accounts at once, one waits for the other's row, and is refused."""
    if user.role != Role.ADMINISTRATOR.value or not user.is_active:
        return
    others = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR.value, is_active=True)
    # Somebody who has a link and never used it is not there yet.
    if not any(other.has_usable_password() for other in others.exclude(pk=user.pk)):
        raise LastAdministrator


def _store(user: User) -> User:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise NameTaken(user.username) from error
    return user


def _end_ways_in(user: User) -> None:
    """A new unusable passphrase ends every session too: each carries a hash of the one it began with."""
    user.password = make_password(None)
    user.passkeys.all().delete()
    user.outside_identities.all().delete()
    user.unlocks.all().delete()


def _draw_link(now: datetime) -> EnrolmentLink:
    return EnrolmentLink(token=secrets.token_urlsafe(LINK_BYTES), expires_at=now + LINK_LIFETIME)


def _locked(username: str) -> User:
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise NoSuchStaff(username)
    return user
