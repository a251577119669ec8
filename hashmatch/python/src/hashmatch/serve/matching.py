"""From queries to results: the bank's matches of single hashes, of one file's hashes, and of batches."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hashmatch.bank import UNKNOWN_QUALITY, Bank, BankBatch, BankMatch
from hashmatch.errors import RequestRefusedError
from hashmatch.hashes import HashValue, PdqHash
from hashmatch.serve import batch_form
from hashmatch.serve.batch_form import Bytes
from hashmatch.serve.settings import DEFAULT_LIMIT, Settings
from hashmatch.serve.wire import Query, Result
from hashmatch.variants import DISTINCTIVE_QUALITY, MINIMUM_QUALITY


@dataclass(frozen=True, slots=True)
class Tally:
    """What one request asked and got, for counting."""

    queries: int = 0
    matches: int = 0
    cut: int = 0


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
            results.append(Result(tuple(bank.match(query.hash)), is_cut=False))
    return results


def match_file(bank: Bank, hashes: Sequence[HashValue], reach: Reach) -> Result:
    """The matches of all hashes of one file; an entry that several of them match is given once, at its nearest."""
    results = match_queries(bank, [Query(one) for one in hashes], reach)
    nearest: dict[HashValue, BankMatch] = {}
    for match in (match for result in results for match in result.matches):
        known = nearest.get(match.entry.hash)
        if known is None or match.distance < known.distance:
            nearest[match.entry.hash] = match
    listed = sorted(nearest.values(), key=lambda one: (one.distance, one.entry.hash.TYPE_NAME, one.entry.hash.bytes))
    is_cut = len(listed) > reach.limit or any(result.is_cut for result in results)
    return Result(tuple(listed[: reach.limit]), is_cut)


def tally_results(results: Sequence[Result]) -> Tally:
    """The count of some results."""
    matches = sum(len(result.matches) for result in results)
    return Tally(len(results), matches, sum(result.is_cut for result in results))


def match_columns(bank: Bank, body: bytes | bytearray, settings: Settings) -> tuple[bytes, Tally]:
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
    tally = Tally(count, len(found.ids), int(np.count_nonzero(found.is_cut)))
    is_compared = None if question.quality is None else question.quality >= MINIMUM_QUALITY
    return batch_form.write_answer(found, is_compared), tally


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
