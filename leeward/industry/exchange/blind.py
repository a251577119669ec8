"""Lets a platform check uploads without the list: keeps the bank's outputs, answers for elements (decision 0044).

A worker works the outputs out; the web process evaluates what platforms send. The key of an epoch is made from the
server's secret and a salt in the database, so neither alone gives it, and with the salt it is gone for good.
"""

import functools
import hmac
import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched

import numpy as np
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils.crypto import salted_hmac
from hashmatch.blind import ELEMENTS_MOST, MARK_BITS, OUTPUT_BYTES, blind_input, mark_of
from hashmatch.blind.group import check_point
from hashmatch.blind.voprf import SEED_BYTES, KeyPair, derive_key_pair, evaluate_batch, evaluate_text
from hashmatch.errors import BlindValueError, MissingPackageError

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.counters.operations import add, take
from leeward.industry.bank.queries import active_digests, feed_end, withdrawn_digests
from leeward.industry.bank.rules import CANARIES_PER_PLATFORM, DISCLOSURES_KEPT, EPOCH_LENGTH, EntryStatus
from leeward.industry.exchange.errors import BadBody, BadElement, NoBlindList, OldEpoch, Repeated, TooManyRequests
from leeward.industry.exchange.models import BlindBlock, BlindEpoch, BlindOutput, BlindUse
from leeward.industry.exchange.rules import (
    BLIND_ELEMENTS_PER_MINUTE,
    BLIND_EPOCH_LASTS,
    BLIND_REPEATS_REFUSED_FOR,
    BUCKET_LEAST,
    BlindItem,
    ExchangeVerb,
    bucket_of,
    longest_prefix,
    spans_of,
)
from leeward.industry.exchange.snapshots import keep_others_out
from leeward.industry.platforms.queries import all_partners
from leeward.industry.platforms.rules import Partner

log = logging.getLogger("leeward.blind")

OUTPUTS_AT_ONCE = 5_000
MINUTE = 60
WORD = np.dtype(f">u{OUTPUT_BYTES}")  # an output as a number, in the order of its bytes
INFO = b"leeward blind "
ASK_AGAIN = "GET /api/v1/blind tells the present one. Blind your digests anew for it and send them again."


@dataclass(frozen=True, kw_only=True)
class BlindTerms:
    """What a platform must know before it sends anything: the epoch, its public key, and how much of a mark to say."""

    epoch: str
    public_key: bytes
    prefix_bits: int
    ends_at: datetime
    bucket_least: int = BUCKET_LEAST
    elements_most: int = ELEMENTS_MOST


@dataclass(frozen=True, kw_only=True)
class BlindAnswer:
    """Each element times the key, the proof for all, and the outputs of each bucket that was named, in order."""

    epoch: str
    evaluated: list[bytes]
    proof: bytes
    buckets: dict[int, bytes]


@dataclass(frozen=True, kw_only=True)
class BlindUsed:
    """How much a platform has checked of late, and when last."""

    checked: int
    last_at: datetime | None


# --- what platforms ask -----------------------------------------------------------------------------------------------


def blind_terms() -> BlindTerms:
    """What holds at present. Raises NoBlindList."""
    epoch, _key = _present()
    return _terms(epoch)


def check_blind(
    *, partner: Partner, epoch: str, prefix_bits: int, items: Sequence[BlindItem], now: datetime
) -> BlindAnswer:
    """Evaluate what a platform sent, and give it the buckets that it named.

    All is looked at before anything is counted or worked out. Raises NoBlindList, OldEpoch, BadElement, BadBody,
    Repeated, TooManyRequests.
    """
    present, key = _present()
    if epoch != present.name or prefix_bits != present.prefix_bits:
        raise OldEpoch("The epoch is over, or its prefixes are shorter now.", how=ASK_AGAIN)
    _check_items(items, prefix_bits=prefix_bits)
    _keep_pace(partner, len(items), now=now)
    _refuse_repeats(items, now=now)
    evaluated, proof = evaluate_batch(key, [item.element for item in items])
    buckets = _buckets(present, partner, {item.prefix for item in items})
    _note_use(partner, len(items), now=now)
    return BlindAnswer(epoch=present.name, evaluated=evaluated, proof=proof, buckets=buckets)


def blind_use(partner: Partner, *, now: datetime, days: int = 30) -> BlindUsed:
    """How much a platform has checked in the last days, and when it last did at all."""
    uses = BlindUse.objects.filter(platform=partner.id).order_by("-on")
    since = uses.filter(on__gt=(now - timedelta(days=days)).date()).aggregate(total=Sum("checked"))
    return BlindUsed(checked=since["total"] or 0, last_at=next(iter(uses.values_list("last_at", flat=True)[:1]), None))


def trace_outputs(outputs: Iterable[bytes]) -> list[tuple[Partner, str, int]]:
    """Whose lists these outputs are from: platform, epoch, and how many of its canaries are among them."""
    found, given = [], set(outputs)
    for epoch in BlindEpoch.objects.filter(begun_at__isnull=False):
        for partner in all_partners():
            mine = {one for block in range(1 << epoch.first_bits) for one in _canaries(epoch, partner, block)}
            if count := len(mine & given):
                found.append((partner, epoch.name, count))
    return found


# --- what the worker does ---------------------------------------------------------------------------------------------


def prepare_blind_list(*, now: datetime, limit: int = OUTPUTS_AT_ONCE) -> int:
    """Bring the outputs up to the feed's end, at most so many at once, and begin another epoch when it is time.

    Returns how many were worked out. Safe to repeat; stopped anywhere, it goes on.
    """
    present = BlindEpoch.objects.present().first()
    made = _fill(present, limit=limit) if present and _opens(present) else 0
    if coming := _coming_epoch(now=now):
        if not _opens(coming):
            coming.delete()
            return made
        made += _fill(coming, limit=limit)
        if coming.sequence >= feed_end().sequence:
            _begin(coming, now=now)
    BlindUse.objects.filter(on__lte=(now - DISCLOSURES_KEPT).date()).delete()
    BlindEpoch.objects.filter(ended_at__lte=now - DISCLOSURES_KEPT).delete()
    return made


def prepare_if_possible(*, now: datetime) -> int:
    """The same for a worker that has more to do; says why where this machine cannot."""
    try:
        return prepare_blind_list(now=now)
    except MissingPackageError as error:
        log.warning("platforms cannot check blind: %s", error)
        return 0


@transaction.atomic
def _coming_epoch(*, now: datetime) -> BlindEpoch | None:
    """The epoch that is being prepared, drawn where there is none; None while the present one lasts."""
    keep_others_out()
    present = BlindEpoch.objects.present().first()
    if present is not None and _opens(present) and now - present.start < BLIND_EPOCH_LASTS:
        return None
    return BlindEpoch.objects.filter(begun_at__isnull=True).order_by("pk").first() or _draw_epoch()


def _draw_epoch() -> BlindEpoch:
    name, salt = secrets.token_hex(EPOCH_LENGTH // 2), secrets.token_bytes(SEED_BYTES)
    return BlindEpoch.objects.create(name=name, salt=salt, public_key=_derive(name, salt).public)


def _is_as_read(epoch: BlindEpoch) -> bool:
    """In a transaction: keep other workers out, and say whether none has been at this epoch since it was read."""
    keep_others_out()
    same = BlindEpoch.objects.filter(pk=epoch.pk, sequence=epoch.sequence, begun_at=epoch.begun_at)
    return same.filter(ended_at__isnull=True).exists()


def _fill(epoch: BlindEpoch, *, limit: int) -> int:
    """Work out what the feed has brought since, and drop what was withdrawn; stops where another worker does it."""
    key, end = _derive(epoch.name, bytes(epoch.salt)), feed_end().sequence
    made = gone = 0
    while epoch.sequence < end and made < limit:
        digests, through = active_digests(after=epoch.sequence, through=end, limit=limit)
        rows = [_output(epoch, key, pk, blind_input(kind, bytes.fromhex(value))) for pk, kind, value in digests]
        with transaction.atomic():
            if not _is_as_read(epoch):
                break
            BlindOutput.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
            withdrawn = _withdrawn(epoch)
            BlindOutput.objects.filter(pk__in=[row.pk for row in withdrawn]).delete()
            gone += len(withdrawn)
            if epoch.begun_at:
                _write_blocks(epoch, {bucket_of(row.mark, bits=epoch.first_bits) for row in (*rows, *withdrawn)})
            epoch.sequence = through
            epoch.save(update_fields=["sequence"])
        made += len(rows)
    if gone and epoch.begun_at:
        _shorten_prefix(epoch)
    return made


def _output(epoch: BlindEpoch, key: KeyPair, entry: int, text: bytes) -> BlindOutput:
    output = evaluate_text(key, text)[:OUTPUT_BYTES]
    return BlindOutput(epoch=epoch, entry_id=entry, mark=mark_of(text), output=output)


def _begin(coming: BlindEpoch, *, now: datetime) -> None:
    bits = _fitting_bits(coming)
    with transaction.atomic():
        if not _is_as_read(coming):
            return
        ended = [one.pk for one in BlindEpoch.objects.present()]
        BlindEpoch.objects.filter(pk__in=ended).update(ended_at=now, salt=b"")
        BlindOutput.objects.filter(epoch__in=ended).delete()
        BlindBlock.objects.filter(epoch__in=ended).delete()
        coming.begun_at, coming.first_bits, coming.prefix_bits = now, bits, bits
        coming.save(update_fields=["begun_at", "first_bits", "prefix_bits"])
        _write_blocks(coming, set(range(1 << bits)))
        facts = {"outputs": coming.outputs.count(), "prefix_bits": bits}
        record(
            verb=ExchangeVerb.BLIND_EPOCH_BEGUN, by=Actor.system(), subject=Subject(kind="blind"), now=now, facts=facts
        )


def _write_blocks(epoch: BlindEpoch, numbers: set[int]) -> None:
    """Write these blocks anew from their rows."""
    spare = MARK_BITS - epoch.first_bits
    for low, high in spans_of(numbers, bits=epoch.first_bits):
        rows = BlindOutput.objects.filter(epoch=epoch, mark__gte=low, mark__lt=high).order_by("mark")
        found: dict[int, set[bytes]] = {number: set() for number in range(low >> spare, high >> spare)}
        for mark, output in rows.values_list("mark", "output").iterator():
            found[bucket_of(mark, bits=epoch.first_bits)].add(bytes(output))
        BlindBlock.objects.bulk_create(
            [
                BlindBlock(epoch=epoch, number=number, outputs=b"".join(sorted(outputs)))
                for number, outputs in found.items()
            ],
            update_conflicts=True,
            unique_fields=["epoch", "number"],
            update_fields=["outputs"],
            batch_size=200,
        )


def _withdrawn(epoch: BlindEpoch) -> list[BlindOutput]:
    """Outputs whose hashes were withdrawn since the worker's last round, also where the feed does not say so yet."""
    entries = withdrawn_digests(after=epoch.sequence)
    return [row for part in batched(entries, 500) for row in BlindOutput.objects.filter(epoch=epoch, entry__in=part)]


def _shorten_prefix(epoch: BlindEpoch) -> None:
    """After withdrawals: no bucket may hold fewer than it must. Within an epoch a prefix never grows again."""
    bits = min(epoch.prefix_bits, _fitting_bits(epoch))
    BlindEpoch.objects.filter(pk=epoch.pk, prefix_bits__gt=bits).update(prefix_bits=bits)


def _fitting_bits(epoch: BlindEpoch) -> int:
    standing = BlindOutput.objects.filter(epoch=epoch, entry__status=EntryStatus.ACTIVE.value)
    counted = standing.values_list("mark").annotate(count=Count("output", distinct=True))
    return longest_prefix(dict(counted), least=BUCKET_LEAST)


# --- inner parts ------------------------------------------------------------------------------------------------------


def _present() -> tuple[BlindEpoch, KeyPair]:
    epoch = BlindEpoch.objects.present().first()
    try:
        if epoch is not None and _opens(epoch):
            return epoch, _derive(epoch.name, bytes(epoch.salt))
    except MissingPackageError as error:
        log.warning("platforms cannot check blind: %s", error)
    raise NoBlindList("There is nothing to check against at present.", how="Try again in a few minutes.")


def _opens(epoch: BlindEpoch) -> bool:
    """Whether the server's secret is still the one with which the epoch began."""
    return _derive(epoch.name, bytes(epoch.salt)).public == bytes(epoch.public_key)


@functools.lru_cache(maxsize=4)
def _derive(name: str, salt: bytes) -> KeyPair:
    seed = salted_hmac("leeward.exchange.blind", salt.hex(), algorithm="sha256").digest()
    return derive_key_pair(seed, INFO + name.encode())


def _terms(epoch: BlindEpoch) -> BlindTerms:
    return BlindTerms(
        epoch=epoch.name,
        public_key=bytes(epoch.public_key),
        prefix_bits=epoch.prefix_bits,
        ends_at=epoch.start + BLIND_EPOCH_LASTS,
    )


def _check_items(items: Sequence[BlindItem], *, prefix_bits: int) -> None:
    for number, item in enumerate(items):
        if item.prefix >> prefix_bits:
            raise BadBody(
                f"items[{number}].prefix has more than {prefix_bits} bits.",
                how=f"Send the first {prefix_bits} bits of the digest's mark.",
            )
        try:
            check_point(item.element)
        except BlindValueError as error:
            raise BadElement(
                f"items[{number}].element: {error}",
                how="Send elements that a library for RFC 9497 made, ristretto255-SHA512, mode VOPRF.",
            ) from error
    if len({item.element for item in items}) < len(items):
        raise Repeated("An element stands in the call more than once.", how="Blind each digest by a scalar of its own.")


def _keep_pace(partner: Partner, count: int, *, now: datetime) -> None:
    minute, second = divmod(int(now.timestamp()), MINUTE)
    wait = MINUTE - second
    ends_at = now + timedelta(seconds=wait)
    name = f"{partner.id}|{minute}"
    if add(kind="exchange.blind", name=name, ends_at=ends_at, now=now, amount=count, limit=BLIND_ELEMENTS_PER_MINUTE):
        return
    raise TooManyRequests(
        f"You have sent more than {BLIND_ELEMENTS_PER_MINUTE} elements in this minute.",
        how=f"Wait {wait} seconds, as Retry-After says.",
        retry_after_seconds=wait,
    )


def _refuse_repeats(items: Sequence[BlindItem], *, now: datetime) -> None:
    name = b"".join(sorted(item.element for item in items)).hex()
    if not take(kind="exchange.blind.sent", name=name, until=now + BLIND_REPEATS_REFUSED_FOR, now=now):
        raise Repeated("This call was answered before.", how="Blind your digests anew for each call.")


def _buckets(epoch: BlindEpoch, partner: Partner, prefixes: set[int]) -> dict[int, bytes]:
    """What stands in each bucket, with the canaries of the platform among them.

    A withdrawn hash is gone with its withdrawal, not with the worker's next round. The withdrawn ones are read before
    the blocks: what the worker takes away between the two is in neither.
    """
    gone = np.frombuffer(b"".join(bytes(row.output) for row in _withdrawn(epoch)), WORD)
    spare = MARK_BITS - epoch.first_bits
    spans = [(low >> spare, high >> spare) for low, high in spans_of(prefixes, bits=epoch.prefix_bits)]
    wanted = functools.reduce(Q.__or__, (Q(number__gte=low, number__lt=high) for low, high in spans))
    found: dict[int, list[bytes]] = {prefix: [] for prefix in sorted(prefixes)}
    for number, outputs in epoch.blocks.filter(wanted).values_list("number", "outputs"):
        bucket = found[number >> (epoch.first_bits - epoch.prefix_bits)]
        bucket += [bytes(outputs), *_canaries(epoch, partner, number)]
    shown = {}
    for prefix, parts in found.items():
        words = np.frombuffer(b"".join(parts), WORD)
        shown[prefix] = np.sort(words[~np.isin(words, gone)] if len(gone) else words).tobytes()
    return shown


def _canaries(epoch: BlindEpoch, partner: Partner, block: int) -> list[bytes]:
    """Outputs of nothing, which only this platform is ever given: of each block of marks that an epoch begins with."""
    key = _canary_key(str(partner.public_id))
    return [
        hmac.digest(key, f"{epoch.name}|{block}|{number}".encode(), "sha256")[:OUTPUT_BYTES]
        for number in range(CANARIES_PER_PLATFORM)
    ]


@functools.lru_cache(maxsize=1_000)
def _canary_key(platform: str) -> bytes:
    return salted_hmac("leeward.exchange.blind.canary", platform, algorithm="sha256").digest()


def _note_use(partner: Partner, count: int, *, now: datetime) -> None:
    on = now.astimezone(UTC).date()
    BlindUse.objects.get_or_create(platform_id=partner.id, on=on, defaults={"last_at": now})
    BlindUse.objects.filter(platform_id=partner.id, on=on).update(
        calls=F("calls") + 1, checked=F("checked") + count, last_at=now
    )
