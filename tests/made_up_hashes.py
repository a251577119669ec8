"""Hashes of pictures that there are not, which are as likely as those of real ones."""

import random

from hashmatch.variants import CROPS, TURNS

from leeward.victim.portal.rules.likely import MIRRORED, TRANSPOSED, TRIMMED, transposed

FULL = 256
BETWEEN_CROPS = 10


def made_up_hash(chance: random.Random) -> int:
    """As many bits set as not, as in every real one."""
    return _balanced(chance.getrandbits(FULL), chance)


def made_up_family(chance: random.Random, *, variants: tuple[str, ...] = (*TURNS, *CROPS)) -> list[list[object]]:
    """One picture's hashes as the payload writes them: variant, hash, quality."""
    upright = last = made_up_hash(chance)
    members: list[list[object]] = []
    for variant in variants:
        if variant in MIRRORED:
            straight = transposed(upright) if variant in TRANSPOSED else upright
            value = _balanced(straight ^ MIRRORED[variant], chance)
        elif variant == TRIMMED:
            value = made_up_hash(chance)
        else:
            changed = sum(1 << place for place in chance.sample(range(FULL), BETWEEN_CROPS))
            value = last = _balanced(last ^ changed, chance)
        members.append([variant, f"{value:064x}", 90])
    return members


def made_up_frames(chance: random.Random, count: int) -> list[list[object]]:
    """A video's hashes, each of another scene."""
    return [["frame", f"{made_up_hash(chance):064x}", 90] for _ in range(count)]


def _balanced(value: int, chance: random.Random) -> int:
    places = list(range(FULL))
    chance.shuffle(places)
    too_many = value.bit_count() - FULL // 2
    wrong = [place for place in places if (value >> place & 1) == (too_many > 0)][: abs(too_many)]
    return value ^ sum(1 << place for place in wrong)
