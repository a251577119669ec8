"""What the pages of the log serve, as a verifier fetches it."""

from leeward.foundation.notary.queries import log_keys, read_content, read_tile, served_checkpoint
from leeward.foundation.notary.rules.tiles import read_place


def fetch(path: str) -> bytes:
    kind, _, rest = path.partition("/")
    if kind == "leaves":
        return read_content(int(rest.partition("/")[0]))[1]
    if kind == "key":
        return "".join(f"{key.text}\n" for key in log_keys()).encode()
    return served_checkpoint().encode() if kind == "checkpoint" else read_tile(read_place(*rest.split("/", 1)))
