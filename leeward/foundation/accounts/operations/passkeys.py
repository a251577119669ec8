"""Passkeys: enrol, rename and remove them, and sign in by one. The person's device must have verified her each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from leeward.foundation.accounts.errors import LastPasskey, PasskeyLimit, PasskeyRefused, PasskeyUnknown
from leeward.foundation.accounts.models import Passkey, User
from leeward.foundation.accounts.operations.sign_in_changes import note_way_change
from leeward.foundation.accounts.operations.signing_in import record_sign_in
from leeward.foundation.accounts.operations.trail import AccountVerb, actor, subject
from leeward.foundation.accounts.rules import PASSKEYS_LIMIT, SignInMethod, SignInPolicy
from leeward.foundation.audit.operations import record
from leeward.foundation.records import read_json

RESPONSE_LENGTH_LIMIT = 16_384


@dataclass(frozen=True, kw_only=True)
class Site:
    """The site of the ceremony: the host without its port, and the whole origin."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Ceremony:
    """The question to the browser (`options`, JSON-ready), and the challenge that its answer must carry, once."""

    options: Mapping[str, Any]
    challenge: str


def begin_enrolling(*, user: User, site: Site) -> Ceremony:
    """Ask for a new passkey. Raises PasskeyLimit."""
    known = list(user.passkeys.values_list("credential_id", flat=True))
    if len(known) >= PASSKEYS_LIMIT:
        raise PasskeyLimit(PASSKEYS_LIMIT)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=user.reference.encode(),
        user_name=user.username,
        user_display_name=user.display_name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(id_)) for id_ in known],
    )
    return Ceremony(options=options_to_json_dict(options), challenge=bytes_to_base64url(options.challenge))


def finish_enrolling(
    *, user: User, site: Site, challenge: str, answer: str, name: str, now: datetime, keep: str = ""
) -> Passkey:
    """Keep a passkey that answered; all other sessions end but the unlock `keep`.

    Raises PasskeyRefused, PasskeyLimit.
    """
    credential = _read_answer(answer)
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefused(str(error)) from error
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)  # two at once must not pass the limit together
            if user.passkeys.count() >= PASSKEYS_LIMIT:
                raise PasskeyLimit(PASSKEYS_LIMIT)
            made = Passkey.objects.create(
                user=user,
                credential_id=bytes_to_base64url(verified.credential_id),
                public_key=verified.credential_public_key,
                sign_count=verified.sign_count,
                name=name,
                created_at=now,
            )
            note_way_change(user, AccountVerb.PASSKEY_ADDED, now=now, keep=keep)
            record(verb=AccountVerb.PASSKEY_ADDED, by=actor(user), subject=subject(user), now=now)
    except IntegrityError as error:
        raise PasskeyRefused("This passkey is enrolled already.") from error
    return made


def begin_signing_in(*, site: Site) -> Ceremony:
    """Ask for any passkey of this site; nobody needs to type a name, and nobody learns which names exist."""
    options = generate_authentication_options(rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED)
    return Ceremony(options=options_to_json_dict(options), challenge=bytes_to_base64url(options.challenge))


def sign_in_by_passkey(*, site: Site, challenge: str, answer: str, now: datetime) -> Passkey:
    """Return the passkey that answered; its user is in. Raises PasskeyRefused, also for closed accounts."""
    passkey = _check_answer(site=site, challenge=challenge, answer=answer, now=now)
    record_sign_in(passkey.user, method=SignInMethod.PASSKEY, now=now)
    return passkey


def prove_by_passkey(*, user: User, site: Site, challenge: str, answer: str, now: datetime) -> None:
    """Check that somebody who is signed in holds a passkey of theirs. Raises PasskeyRefused."""
    _check_answer(site=site, challenge=challenge, answer=answer, now=now, user=user)
    with transaction.atomic():
        record(verb=AccountVerb.PROVED, by=actor(user), subject=subject(user), now=now)


def _check_answer(*, site: Site, challenge: str, answer: str, now: datetime, user: User | None = None) -> Passkey:
    credential = _read_answer(answer)
    passkey = Passkey.objects.select_related("user").filter(credential_id=credential.get("id", "")).first()
    if passkey is None or not passkey.user.is_active or (user is not None and passkey.user_id != user.pk):
        raise PasskeyRefused("No open account has this passkey.")
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyRefused(str(error)) from error
    _note_use(passkey, sign_count=verified.new_sign_count, now=now)
    return passkey


def rename_passkey(*, user: User, reference: str, name: str) -> None:
    """Give a passkey another name; nobody else sees it. Raises PasskeyUnknown."""
    if not user.passkeys.filter(reference=reference).update(name=name):
        raise PasskeyUnknown


def remove_passkey(*, user: User, reference: str, now: datetime, keep: str = "") -> None:
    """Forget a passkey; all other sessions end in the same act, those that it opened too, but the unlock `keep`.

    Raises PasskeyUnknown, or LastPasskey where its owner could not come in again without it.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        passkey = user.passkeys.filter(reference=reference).first()
        if passkey is None:
            raise PasskeyUnknown
        if SignInPolicy(settings.LEEWARD_STAFF_SIGN_IN) is SignInPolicy.PASSKEY and user.passkeys.count() == 1:
            raise LastPasskey
        passkey.delete()
        note_way_change(user, AccountVerb.PASSKEY_REMOVED, now=now, keep=keep)
        record(verb=AccountVerb.PASSKEY_REMOVED, by=actor(user), subject=subject(user), now=now)


def _note_use(passkey: Passkey, *, sign_count: int, now: datetime) -> None:
    """Keep the count only if it is still the one that was checked: of two answers at once, one is refused.

    Keys that do not count answer 0 each time.
    """
    changed = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count).update(
        sign_count=sign_count, used_at=now
    )
    if not changed:
        raise PasskeyRefused("The passkey's counter has moved on.")


def _read_answer(answer: str) -> dict[str, Any]:
    if len(answer) > RESPONSE_LENGTH_LIMIT:
        raise PasskeyRefused("The answer is too long.")
    try:
        read = read_json(answer)
    except ValueError as error:
        raise PasskeyRefused("The answer is not JSON.") from error
    if not isinstance(read, dict) or not isinstance(read.get("id"), str):
        raise PasskeyRefused("The answer has no id.")
    return read
