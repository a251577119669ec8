"""Whether answers are right: everything that must be found, nothing else, nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hashmatch.variants import MATCH_DISTANCE

from hashmatch_bench.banks import Ids, Planted, Rows, measure_distances, scan_bank


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. Correct means that recall is 1 and the three counts are 0.

    `extra` are ids beyond the distance, `repeated` ids given twice, `beyond` planted rows at 32 bits that were given.
    """

    checked: int
    scanned: int
    recall: float
    extra: int
    repeated: int
    beyond: int

    @property
    def is_correct(self) -> bool:
        """Whether nothing was missed and nothing was too much."""
        return self.recall == 1.0 and not (self.extra or self.repeated or self.beyond)


def scan_truth(bank: Rows, queries: Rows) -> list[Ids]:
    """For each query all rows within 31 bits."""
    return [scan_bank(bank, query, MATCH_DISTANCE) for query in queries]


def judge_answers(bank: Rows, planted: Planted, answers: Sequence[Ids], truth: Sequence[Ids]) -> Verdict:
    """Check the answers to the first `len(answers)` planted queries; `truth` is known for the first few of them."""
    wanted = found = extra = repeated = beyond = 0
    for number, answer in enumerate(answers):
        given = np.unique(answer)
        repeated += len(answer) - len(given)
        extra += int(np.count_nonzero(measure_distances(bank[given], planted.queries[number]) > MATCH_DISTANCE))
        if number < len(truth):
            wanted += len(truth[number])
            found += len(np.intersect1d(truth[number], given))
        has_planted = bool(np.isin(planted.rows[number], given))
        if planted.distances[number] > MATCH_DISTANCE:
            beyond += has_planted
        elif number >= len(truth):
            wanted += 1
            found += has_planted
    recall = found / wanted if wanted else 1.0
    return Verdict(len(answers), min(len(truth), len(answers)), recall, extra, repeated, beyond)
