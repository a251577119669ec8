"""From queries to results: the bank's matches of single hashes, of one file's hashes, and of batches."""

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hashmatch.bank import UNKNOWN_QUALITY, Bank, BankBatch, BankMatch, nearness
from hashmatch.errors import RequestRefusedError
from hashmatch.hashes import HashValue, PdqHash, parse_hash
from hashmatch.repeats import Repeats
from hashmatch.serve import batch_form
from hashmatch.serve.batch_form import Bytes, Numbers
from hashmatch.serve.settings import DEFAULT_LIMIT, Settings
from hashmatch.serve.wire import Query, Result
from hashmatch.variants import DISTINCTIVE_QUALITY, MINIMUM_QUALITY


@dataclass(frozen=True, slots=True)
class Tally:
    """What one request asked and got, for counting."""

    queries: int = 0
    matches: int = 0
    cut: int = 0
    repeated: int = 0  # matches that the same upload had before


@dataclass(frozen=True, slots=True)
class Reach:
    """How far to look and how much to give for one hash."""

    distance: int
    limit: int

    @classmethod
    def of(cls, *, distance: int | None, limit: int | None, queries: int, most: int, settings: Settings) -> "Reach":
        """What a request asked for, within the service's limits; `most` is of hashes times limit."""
        asked = settings.distance if distance is None else distance
        if not 0 <= asked <= settings.distance:
            raise RequestRefusedError(
                f"The distance is {asked}; this service takes 0 to {settings.distance}.",
                status=400,
                code="bad_distance",
                how="Ask for less. Above 31 bits matches would mostly be chance.",
            )
        wanted = DEFAULT_LIMIT if limit is None else limit
        if wanted < 1 or queries * wanted > most:
            raise RequestRefusedError(
                f"The limit is {wanted} for {queries} hashes; it is 1 or more, and hashes times limit at most {most}.",
                status=400,
                code="bad_limit",
                how="Lower the limit, or send fewer hashes in one request.",
            )
        return cls(asked, wanted)


def match_queries(bank: Bank, queries: Sequence[Query], reach: Reach) -> list[Result]:
    """The matches of each query: PDQ within the distance, exact hashes by identity."""
    near = [query for query in queries if isinstance(query.hash, PdqHash)]
    rows = np.frombuffer(b"".join(query.hash.bytes for query in near), np.uint8).reshape(-1, PdqHash.LENGTH)
    quality = [UNKNOWN_QUALITY if query.quality is None else query.quality for query in near]
    batch = match_rows(bank, rows, np.array(quality, np.uint8), reach)
    results, number = [], 0
    for query in queries:
        if isinstance(query.hash, PdqHash):
            results.append(Result(tuple(batch.matches_of(number)), bool(batch.is_cut[number])))
            number += 1
        else:
            results.append(Result(bank.match(query.hash).matches, is_cut=False))
    return results


def match_file(bank: Bank, hashes: Sequence[HashValue], reach: Reach) -> Result:
    """The matches of all hashes of one file; an entry that several of them match is given once, at its nearest."""
    results = match_queries(bank, [Query(one) for one in hashes], reach)
    nearest: dict[HashValue, BankMatch] = {}
    for match in (match for result in results for match in result.matches):
        known = nearest.get(match.entry.hash)
        if known is None or match.distance < known.distance:
            nearest[match.entry.hash] = match
    listed = sorted(nearest.values(), key=nearness)
    is_cut = len(listed) > reach.limit or any(result.is_cut for result in results)
    return Result(tuple(listed[: reach.limit]), is_cut)


def tally_results(results: Sequence[Result], repeated: int) -> Tally:
    """The count of some results."""
    matches = sum(len(result.matches) for result in results)
    return Tally(len(results), matches, sum(result.is_cut for result in results), repeated)


def note_repeats(repeats: Repeats | None, upload: Collection[HashValue], matches: Sequence[dict[str, Any]]) -> int:
    """Say in each match how often it was seen lately, and give the number of those that were seen before."""
    if repeats is None:
        return 0
    seen = repeats.count(upload, [parse_hash(match["hash_type"], match["hash"]) for match in matches])
    for match, one in zip(matches, seen, strict=True):
        match |= {"seen": one.upload, "first": one.is_first, "entry_seen": one.entry}
    return sum(not one.is_first for one in seen)


def count_columns(repeats: Repeats, asked: Bytes, found: BankBatch) -> Numbers:
    """For each match of a batch how often its upload and any upload matched the entry: 2 x M."""
    entries = [PdqHash(row.tobytes()) for row in found.hashes]
    seen = [
        one
        for row, start, end in zip(asked, found.bounds[:-1].tolist(), found.bounds[1:].tolist(), strict=True)
        if start < end
        for one in repeats.count([PdqHash(row.tobytes())], entries[start:end])
    ]
    return np.array([[one.upload for one in seen], [one.entry for one in seen]], "<u4")


def match_columns(
    bank: Bank, body: bytes | bytearray, settings: Settings, repeats: Repeats | None
) -> tuple[bytes, Tally]:
    """The answer to a binary batch."""
    question = batch_form.read_question(body, most=settings.batch_hashes)
    count = len(question.hashes)
    reach = Reach.of(
        distance=question.distance,
        limit=question.limit,
        queries=count,
        most=settings.batch_matches,
        settings=settings,
    )
    found = match_rows(bank, question.hashes, question.quality, reach)
    seen = count_columns(repeats, question.hashes, found) if repeats is not None and question.with_repeats else None
    repeated = 0 if seen is None else int(np.count_nonzero(seen[0] > 1))
    tally = Tally(count, len(found.ids), int(np.count_nonzero(found.is_cut)), repeated)
    is_compared = None if question.quality is None else question.quality >= MINIMUM_QUALITY
    return batch_form.write_answer(found, is_compared, seen), tally


def match_rows(bank: Bank, hashes: Bytes, quality: Bytes | None, reach: Reach) -> BankBatch:
    """The matches of many PDQ hashes. What is known to be too plain is not compared: it would match by chance."""
    if quality is None:
        return bank.match_batch(hashes, reach.distance, reach.limit)
    is_usable = quality >= MINIMUM_QUALITY  # an unknown quality is 255
    found = bank.match_batch(hashes[is_usable], reach.distance, reach.limit)
    counts = np.zeros(len(hashes), np.int64)
    counts[is_usable] = np.diff(found.bounds)
    is_cut = np.zeros(len(hashes), np.bool_)
    is_cut[is_usable] = found.is_cut
    return dataclasses.replace(
        found,
        bounds=np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
        is_cut=is_cut,
        needs_person=found.needs_person | np.repeat(quality < DISTINCTIVE_QUALITY, counts),
    )
