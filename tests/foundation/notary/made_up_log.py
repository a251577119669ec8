"""A log without a database: its leaves, its tiles by their paths, and a checkpoint that a made-up key has signed."""

from datetime import date, timedelta

from leeward.foundation.notary.rules.leaves import Leaf, digest_of
from leeward.foundation.notary.rules.notes import Checkpoint, SignerKey, sign
from leeward.foundation.notary.rules.tiles import tiles_of, write_bundle
from leeward.foundation.notary.rules.trees import Tree, hash_full, hash_leaf

ORIGIN = "log.example/notary"
KEY = SignerKey(name=ORIGIN, private=bytes(range(32)))


def leaf(number: int) -> Leaf:
    name = f"2026-{number} é “…”"
    return Leaf(
        kind="thing", name=name, on=date(2026, 1, 1) + timedelta(number), sha256=digest_of(bytes([number % 256]))
    )


def tree(contents: list[bytes]) -> Tree:
    levels = [[hash_leaf(each) for each in contents]]
    while len(levels[-1]) >= 256:
        full = levels[-1][: len(levels[-1]) // 256 * 256]
        levels.append([hash_full(full[at : at + 256]) for at in range(0, len(full), 256)])
    return Tree(len(contents), lambda level, number, width: levels[level][number * 256 : number * 256 + width])


def served(contents: list[bytes]) -> dict[str, bytes]:
    """What the log serves, by its paths."""
    found, whole = {}, tree(contents)
    for each in tiles_of(len(contents)):
        if each.level is None:
            found[each.path] = write_bundle(contents[each.number * 256 : each.number * 256 + each.width])
        else:
            found[each.path] = b"".join(whole._read(each.level, each.number, each.width))
    note = sign(Checkpoint(origin=ORIGIN, size=len(contents), root=whole.root), [KEY])
    return {**found, "checkpoint": note.encode(), "key": f"{KEY.verifier.text}\n".encode()}
