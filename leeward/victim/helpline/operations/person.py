"""What a person's code lets her do with the helpline, beyond writing: begin under a code, open hers."""

import contextlib
import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.rules.grants import Keyring, PrivateKey
from leeward.victim.file.operations.files import FILE, file_to_begin, her_file
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import CaseUnknown
from leeward.victim.helpline.operations.cases import FirstWords, begin_case, open_case, write_message
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.helpline.rules.coming import Coming
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.portal.operations import begin_bearer, hold, keep_longer
from leeward.victim.portal.rules.tokens import Token
from leeward.victim.portal.rules.visits import Bearer

PERSON = Actor.person()


def begin_with_new_code(*, token: Token, coming: Coming, language: str, now: datetime, worked: bool = False) -> Bearer:
    """Begin a case with what she answered before, under the code that she has just kept. The same token again changes
    nothing.

    `worked`: whether the small sum was done for it. Raises TokenBroken, CodeTaken, TooManyAtOnce.
    """

    def begin(key: PrivateKey) -> None:
        by = Actor.typist(token.typist) if token.typist else PERSON
        _begin(reference=token.reference, key=key, coming=coming, language=language, by=by, now=now)

    return begin_bearer(token=token, name=FILE, begin=begin, now=now, worked=worked)


def begin_under_code(*, bearer: Bearer, coming: Coming, language: str, now: datetime) -> Bearer:
    """Begin a case under the code that is open, on the file that is there; a case that is there stays as it is."""
    if find_case(her_file(bearer)) is not None:
        return bearer
    reference = file_to_begin(bearer)
    with contextlib.suppress(IntegrityError), transaction.atomic():
        _begin(reference=reference, key=bearer.key, coming=coming, language=language, by=bearer.by, now=now)
    changed = hold(bearer=bearer, name=FILE, reference=reference)
    keep_longer(bearer=changed, now=now)
    return changed


def open_hers(*, bearer: Bearer, now: datetime) -> OpenCase:
    """Open the case of a code. Raises CaseUnknown where there is none, or none any more."""
    case = find_case(her_file(bearer))
    if case is None:
        raise CaseUnknown
    try:
        return open_case(reference=case, keyring=Keyring(bearer.key), by=bearer.by, now=now)
    except NotGranted as error:
        raise CaseUnknown from error


def write_hers(*, bearer: Bearer, opened: OpenCase, words: str, reference: uuid.UUID, now: datetime) -> None:
    """Write to the helpline, and let her code live as long as her case. The same reference again changes nothing."""
    with transaction.atomic():
        write_message(opened=opened, words=words, side=Side.PERSON, by=bearer.by, now=now, reference=reference)
        keep_longer(bearer=bearer, now=now)


def _begin(*, reference: uuid.UUID, key: PrivateKey, coming: Coming, language: str, by: Actor, now: datetime) -> None:
    begin_case(
        file=reference,
        key=key,
        first=FirstWords(story=coming.story),
        source=_source(coming, by=by),
        language=language,
        by=by,
        now=now,
    )


def _source(coming: Coming, *, by: Actor) -> CaseSource:
    """By which door she came: what her own cookie says of a letter counts only where staff type."""
    if by.kind is not ActorKind.TYPIST:
        return CaseSource.WEB
    return CaseSource.LETTER if coming.source is CaseSource.LETTER else CaseSource.PHONE
