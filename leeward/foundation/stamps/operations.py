"""Takes commitments in, makes each hour's tree of them, asks the authority for its token, and tells the public log.

Each step is one transaction or can be done again: killed anywhere, no commitment is lost and no hour has two trees.
"""

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from leeward.foundation.notary.operations import enter
from leeward.foundation.notary.rules.leaves import canonical
from leeward.foundation.reach.errors import ReachRefused
from leeward.foundation.reach.operations import post
from leeward.foundation.reach.rules.limits import Limits
from leeward.foundation.stamps.errors import AuthoritySilent, StampsError
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
OK = 200


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
