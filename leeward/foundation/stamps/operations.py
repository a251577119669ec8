"""Takes commitments in, makes each hour's tree of them, asks the authority for its token, and tells the public log.

What others say of the public log itself is asked for here too, since the log stands below and reaches nobody.

Each step is one transaction or can be done again: killed anywhere, no commitment is lost and no hour has two trees.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from leeward.foundation.counters.operations import take as take_turn
from leeward.foundation.notary.errors import LogMismatch
from leeward.foundation.notary.operations import enter, keep_cosignature, keep_token
from leeward.foundation.notary.queries import Head, read_head, tree_of, unstamped_head, witnessed_size
from leeward.foundation.notary.rules.leaves import canonical
from leeward.foundation.notary.rules.notes import SIZE, find_cosignature, read_note
from leeward.foundation.notary.rules.witnesses import ADD_CHECKPOINT, Request, Witness, read_answer
from leeward.foundation.reach.errors import ReachRefused
from leeward.foundation.reach.operations import post
from leeward.foundation.reach.rules.limits import Fetched, Limits
from leeward.foundation.stamps.errors import AuthoritySilent, StampsError, WitnessSilent
from leeward.foundation.stamps.models import Stamp, Waiting
from leeward.foundation.stamps.queries import ASKED_FOR
from leeward.foundation.stamps.rules.authorities import Authority, Stamped, ask_for, take
from leeward.foundation.stamps.rules.times import STAMPS_KIND
from leeward.foundation.stamps.rules.trees import MOST, mix, root_of

log = logging.getLogger("leeward.stamps")

DAY = timedelta(days=1)
# A silent authority is left alone for so long: whoever else waits in the round waits with us.
ASKED_AGAIN = timedelta(minutes=10)
LIMITS = Limits(seconds=10.0, body_bytes=256 * 1024, redirects=0, ports=frozenset(range(1, 65_536)))
HEADERS = {"Content-Type": "application/timestamp-query"}
TO_WITNESSES = {"Content-Type": "text/plain; charset=utf-8"}
OK, CONFLICT = 200, 409


def enter_commitment(commitment: bytes) -> None:
    """Let a commitment be stamped with the next hour, in the caller's transaction. What it is of stays with them."""
    Waiting.objects.create(commitment=commitment.hex())


def stamp_hour(*, now: datetime) -> int:
    """Make the tree of this hour, once, from all that waits; the first of a day tells the log of the day before.

    Returns how many trees were made: 1 or 0. Safe to repeat and to kill.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    last = Stamp.objects.order_by("-hour").values_list("hour", flat=True).first()
    if last is not None and last >= hour:
        return 0
    try:
        with transaction.atomic():
            waiting = list(Waiting.objects.values_list("commitment", flat=True)[:MOST])
            leaves = mix(map(bytes.fromhex, waiting))
            Stamp.objects.create(hour=hour, root=root_of(leaves).hex(), leaves=b"".join(leaves))
            Waiting.objects.filter(commitment__in=waiting).delete()
            if last is not None and last.date() < hour.date():
                _tell_log(last.date(), now=now)
    except IntegrityError:  # another worker was quicker
        return 0
    return 1


def ask_authority(*, now: datetime) -> int:
    """Ask the nation's authority for the newest token that is missing; returns how many came: 1 or 0."""
    authority: Authority | None = settings.LEEWARD_STAMP_AUTHORITY
    missing = Stamp.objects.filter(token__isnull=True, hour__gt=now - ASKED_FOR)
    if authority is None or missing.filter(asked_at__gt=now - ASKED_AGAIN).exists():
        return 0
    row = missing.order_by("-hour").first()
    if row is None:
        return 0
    missing.filter(pk=row.pk).update(asked_at=now)
    try:
        answer, stamped = _ask(authority, bytes.fromhex(row.root))
    except StampsError as error:
        log.warning("the stamping authority gave no token: %s", error)
        return 0
    return missing.filter(pk=row.pk).update(token=answer, token_at=stamped.at)


def stamp_checkpoint(*, now: datetime) -> int:
    """Ask the nation's authority for a token of the public log's newest checkpoint; returns how many came: 1 or 0.

    One that does not answer is asked again after ten minutes. An earlier checkpoint is never asked for: the token would
    say that leaves which have come since were not there.
    """
    authority: Authority | None = settings.LEEWARD_STAMP_AUTHORITY
    head = unstamped_head() if authority is not None else None
    if authority is None or head is None or not _takes_turn("authority", head, now=now):
        return 0
    try:
        answer, stamped = _ask(authority, read_note(head.note)[0].encode())
    except StampsError as error:
        log.warning("the stamping authority gave no token of the public log: %s", error)
        return 0
    return int(keep_token(size=head.size, token=answer, stamped_at=stamped.at))


def ask_witnesses(*, now: datetime) -> int:
    """Ask the public log's witnesses to cosign its newest checkpoint; returns how many did so now.

    One that does not answer, or refuses, is asked again after ten minutes.
    """
    head, cosigned = read_head(), 0
    witnesses: Sequence[Witness] = settings.LEEWARD_WITNESSES
    if head is None or head.size == 0:
        return 0
    for witness in witnesses:
        old = witnessed_size(witness.key.text)
        if old >= head.size or not _takes_turn(witness.key.text, head, now=now):
            continue
        try:
            line = _ask_witness(witness, head, old=old)
            seen_at = find_cosignature(f"{read_note(head.note)[0]}\n{line}", witness.key)
        except (WitnessSilent, LogMismatch) as error:
            log.warning("the witness %s has not cosigned the public log: %s", witness.key.name, error)
            continue
        if seen_at is not None:
            cosigned += keep_cosignature(size=head.size, witness=witness.key.text, line=line, seen_at=seen_at)
    return cosigned


def _takes_turn(whom: str, head: Head, *, now: datetime) -> bool:
    """Whether nobody has asked them of this checkpoint in the last ten minutes."""
    return take_turn(kind="asked of a checkpoint", name=f"{whom} {head.size}", until=now + ASKED_AGAIN, now=now)


def _ask_witness(witness: Witness, head: Head, *, old: int) -> str:
    """Return the line with which a witness cosigns; where it knows another size than we think, ask once more.

    Raises WitnessSilent, and LogMismatch for a cosignature that does not hold.
    """
    answer = _post_to_witness(witness, head, old=old)
    if answer.status == CONFLICT:
        told = answer.body.decode("ascii", "replace").strip()
        if not SIZE.fullmatch(told) or int(told) > head.size:
            raise WitnessSilent(f"It has seen a log of {told[:20]} leaves, and this one has {head.size}.")
        answer = _post_to_witness(witness, head, old=int(told))
    if answer.status != OK or answer.is_cut:
        raise WitnessSilent(f"It answered with HTTP {answer.status}.")
    return read_answer(answer.body, note=head.note, key=witness.key)


def _post_to_witness(witness: Witness, head: Head, *, old: int) -> Fetched:
    request = Request(old=old, proof=tree_of(head.size).prove_growth(old), note=head.note)
    try:
        return post(f"{witness.url}{ADD_CHECKPOINT}", body=request.body, headers=TO_WITNESSES, limits=LIMITS)
    except ReachRefused as error:
        raise WitnessSilent(type(error).__name__) from error


def _ask(authority: Authority, root: bytes) -> tuple[bytes, Stamped]:
    request = ask_for(root)
    try:
        fetched = post(authority.url, body=request.as_bytes(), headers=HEADERS, limits=LIMITS)
    except ReachRefused as error:
        raise AuthoritySilent(type(error).__name__) from error
    if fetched.status != OK or fetched.is_cut:
        raise AuthoritySilent(f"It answered with HTTP {fetched.status}.")
    return fetched.body, take(fetched.body, request=request, root=root, certificates=authority.certificates)


def _tell_log(day: date, *, now: datetime) -> None:
    """Enter the roots of a day (UTC) into the public log. Their number is that of hours, not of commitments."""
    begin = datetime.combine(day, datetime.min.time(), tzinfo=now.tzinfo)
    rows = Stamp.objects.filter(hour__gte=begin, hour__lt=begin + DAY).order_by("hour")
    content = canonical(
        {"day": day, "roots": [{"hour": hour, "root": root} for hour, root in rows.values_list("hour", "root")]}
    )
    enter(kind=STAMPS_KIND, name=day.isoformat(), content=content, now=now)
