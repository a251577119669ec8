"""Bind an account to its owner's name at her agency's provider, once, and sign in by it ever after."""

from datetime import datetime

from django.db import IntegrityError, transaction

from leeward.foundation.accounts.errors import ProviderRefused
from leeward.foundation.accounts.models import OutsideIdentity, User
from leeward.foundation.accounts.operations.sign_in_changes import note_way_change
from leeward.foundation.accounts.operations.signing_in import record_sign_in
from leeward.foundation.accounts.operations.trail import AccountVerb, actor, subject
from leeward.foundation.accounts.providers import Provider
from leeward.foundation.accounts.rules import SignInMethod
from leeward.foundation.audit.operations import record


def bind_provider(*, provider: Provider, subject_there: str, reference: str, now: datetime) -> User:
    """Bind the account that has just enrolled to who came back from the provider, and sign her in.

    Raises ProviderRefused where the provider may not sign this account in, or one of the two is bound already.
    """
    user = User.objects.filter(reference=reference, is_active=True).first()
    if user is None or not provider.may_sign_in(user.username):
        raise ProviderRefused("not an account of this provider")
    try:
        with transaction.atomic():
            OutsideIdentity.objects.create(user=user, issuer=provider.issuer, subject=subject_there, created_at=now)
            note_way_change(user, AccountVerb.PROVIDER_BOUND, now=now)
            record(verb=AccountVerb.PROVIDER_BOUND, by=actor(user), subject=subject(user), now=now)
    except IntegrityError as error:
        raise ProviderRefused("bound already") from error
    record_sign_in(user, method=SignInMethod.PROVIDER, now=now)
    return user


def sign_in_by_provider(*, provider: Provider, subject_there: str, now: datetime) -> User:
    """The account of who came back from the provider; none is ever made here. Raises ProviderRefused."""
    known = (
        OutsideIdentity.objects.select_related("user")
        .filter(issuer=provider.issuer, subject=subject_there, user__is_active=True)
        .first()
    )
    if known is None:
        raise ProviderRefused("nobody here is bound to this subject")
    if not provider.may_sign_in(known.user.username):
        raise ProviderRefused("not an account of this provider")
    record_sign_in(known.user, method=SignInMethod.PROVIDER, now=now)
    return known.user
