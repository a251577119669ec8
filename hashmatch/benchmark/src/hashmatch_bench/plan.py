"""What a run measures and how long each part may take."""

from dataclasses import dataclass

from hashmatch_bench.banks import RANDOM, REALISTIC

FULL_SIZES = (100_000, 1_000_000, 10_000_000)
QUICK_SIZES = (20_000, 100_000)
STARTING, MATCHING, HASHING, SERVICE = "starting", "matching", "hashing", "service"
PARTS = (STARTING, MATCHING, HASHING, SERVICE)


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes, and budgets in seconds: in each round an engine gets `budget` for each way of asking.

    A batch is as long as `batch`, or as can be answered in `batch_budget`. `planted_each` queries for every distance
    from 0 to 32 check the answers; `scanned` of them are compared with a scan of the whole bank.
    """

    sizes: tuple[int, ...] = FULL_SIZES
    data: tuple[str, ...] = (RANDOM, REALISTIC)
    engines: tuple[str, ...] | None = None  # None: all
    parts: tuple[str, ...] = PARTS
    rounds: int = 5
    budget: float = 0.6
    batch_budget: float = 3.0
    check_budget: float = 6.0
    batch: int = 1000
    queries: int = 10_000
    planted_each: int = 60
    scanned: int = 66
    crops: int = 160
    pictures: int = 6
    hash_rounds: int = 3
    crop_checks: int = 300
    service_rounds: int = 30

    @property
    def changes_size(self) -> int:
        """The size at which adding, removing and joining are measured: a million, or the largest below."""
        fitting = [size for size in self.sizes if size <= 1_000_000]
        return max(fitting) if fitting else min(self.sizes)


QUICK_PLAN = Plan(
    sizes=QUICK_SIZES,
    rounds=3,
    budget=0.1,
    batch_budget=0.3,
    check_budget=1.0,
    queries=2000,
    planted_each=6,
    scanned=33,
    crops=60,
    pictures=2,
    hash_rounds=1,
    crop_checks=40,
    service_rounds=10,
)
