"""A pack as somebody takes it out, without a database: an entry with an exhibit, signed, stamped, in a public log."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache

from joserfc.jwk import RSAKey

from demo.stamping import MadeUpAuthority
from leeward.foundation.checking.drawing import check_page
from leeward.foundation.checking.rules.bags import MANIFEST, write_archive, write_bag
from leeward.foundation.checking.rules.packs import CHECKER, PACK_KIND, SIGNATURE
from leeward.foundation.notary.rules.leaves import Leaf, canonical, digest_of, read_leaf
from leeward.foundation.notary.rules.notes import Checkpoint, sign
from leeward.foundation.signing.rules.credentials import Draft, Issuer, credential, issuer_document, status_credential
from leeward.foundation.signing.rules.credentials import sign as sign_token
from leeward.foundation.stamps.rules.authorities import ask_for
from leeward.foundation.stamps.rules.commitments import commit
from leeward.foundation.stamps.rules.times import CHECKPOINT, PROOFS, STAMPS_KIND, Day, Hour, Thing, Times
from leeward.foundation.stamps.rules.trees import mix, prove, root_of
from tests.foundation.notary.made_up_log import KEY, ORIGIN, leaf, tree

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
AT, HOUR = datetime(2026, 11, 28, 9, 41, 7, tzinfo=UTC), datetime(2026, 11, 28, 10, tzinfo=UTC)
ISSUER = Issuer(url="https://leeward.example", name="Fairhaven")
AUTHORITY = MadeUpAuthority(secret="of a made-up pack")
SALT = bytes(range(32))
PICTURE = bytes(range(256)) * 300
EXHIBIT = "exhibits/001.jpg"
WORDS = '{"words":"He wrote that he will send it to my sister. سأرسلها"}'.encode()


@cache
def signer() -> RSAKey:
    return RSAKey.generate_key(2048)


def issuer_text() -> str:
    return json.dumps(issuer_document([(signer().thumbprint(), dict(signer().as_dict(private=False)))], issuer=ISSUER))


def status_list() -> str:
    listed = status_credential(1, [], issuer=ISSUER, now=datetime.now(UTC) - timedelta(hours=1))
    return sign_token(listed, key=signer(), kid=ISSUER.key_address(signer().thumbprint()))


def chain() -> bytes:
    """Three events, each with the digest of the one before; the second says that the picture was added."""
    events, previous = list[str](), "0" * 64
    for number, digest in ((1, digest_of(WORDS)), (2, digest_of(PICTURE)), (3, "")):
        events.append(json.dumps({"number": number, "previous": previous, "digest": digest}))
        previous = hashlib.sha256(events[-1].encode()).hexdigest()
    return "\n".join(events).encode() + b"\n"


def payload() -> dict[str, bytes]:
    listed = {"items.json": b"[]\n", "monitor.csv": b"place,address\r\n1,https://chatter.example/p/1\r\n"}
    return {EXHIBIT: PICTURE, "words/001-1.json": WORDS, "custody/001.jsonl": chain(), **listed}


def times(inside: Mapping[str, bytes], *, in_log: bool = True, with_token: bool = True) -> dict[str, bytes]:
    """The folder of proofs: of the words, and of the third event of custody."""
    events = inside["custody/001.jsonl"].split(b"\n")
    proven = [("data/words/001-1.json", None, WORDS, len(WORDS)), ("data/custody/001.jsonl", 3, events[2], 3)]
    values = [commit(salt=SALT, digest=digest_of(content), size=size, at=AT) for _path, _line, content, size in proven]
    leaves = mix(values)
    root = root_of(leaves)
    files = {"times/2026-11-28T10.root": root}
    token = "times/2026-11-28T10.tsr" if with_token else ""
    if with_token:
        files[token] = AUTHORITY.answer(ask_for(root).as_bytes(), now=HOUR + timedelta(seconds=9))
    days: tuple[Day, ...] = ()
    if in_log:
        day = "times/2026-11-28.json"
        files[day] = canonical({"day": date(2026, 11, 28), "roots": [{"hour": HOUR, "root": root.hex()}]})
        ours = Leaf(kind=STAMPS_KIND, name="2026-11-28", on=date(2026, 11, 29), sha256=digest_of(files[day]))
        whole = tree(contents := _leaves(ours))
        files[CHECKPOINT] = sign(Checkpoint(origin=ORIGIN, size=len(contents), root=whole.root), [KEY]).encode()
        days = (
            Day(
                day=date(2026, 11, 28),
                path=day,
                text=ours.content.decode(),
                number=20,
                size=28,
                beside=tuple(each.hex() for each in whole.prove(20)),
            ),
        )
    things = tuple(
        Thing(
            path=path, line=line, salt=SALT.hex(), size=size, at=AT, hour=HOUR,
            index=leaves.index(value), beside=tuple(each.hex() for each in prove(leaves, leaves.index(value))),
        )
        for (path, line, _content, size), value in zip(proven, values, strict=True)
    )  # fmt: skip
    told = Times(things=things, hours=(Hour(hour=HOUR, root=root.hex(), token=token),), days=days)
    return {**files, PROOFS: told.to_text().encode()}


def logged(made: Mapping[str, bytes]) -> list[bytes]:
    """The leaves of the log that a pack's checkpoint is of."""
    [day] = json.loads(made[PROOFS])["days"]
    return _leaves(read_leaf(day["text"].encode()))


def _leaves(ours: Leaf) -> list[bytes]:
    return [
        *(leaf(number).content for number in range(20)),
        ours.content,
        *(leaf(number).content for number in range(7)),
    ]


def signature(manifest: bytes) -> bytes:
    draft = Draft(
        number="R7K2M4QX",
        kind=PACK_KIND,
        about=f"{ISSUER.url}/check/pack",
        title="Pages",
        subject={"manifest": digest_of(manifest)},
        status_list=1,
        status_index=7,
        valid_from=AT + timedelta(days=1),
        valid_until=None,
    )
    kid = ISSUER.key_address(signer().thumbprint())
    return sign_token(credential(draft, issuer=ISSUER), key=signer(), kid=kid).encode()


def files(*, is_signed: bool = True, in_log: bool = True, with_token: bool = True) -> dict[str, bytes]:
    """All files of the pack, by their paths."""
    inside = payload()
    tags = {**times(inside, in_log=in_log, with_token=with_token), CHECKER: check_page().content}
    manifest = write_bag(inside, {}, on=NOW.date())[MANIFEST]
    if is_signed:
        tags[SIGNATURE] = signature(manifest)
    return write_bag(inside, tags, on=NOW.date())


def archive(made: Mapping[str, bytes]) -> bytes:
    return write_archive(made, on=NOW.date())
