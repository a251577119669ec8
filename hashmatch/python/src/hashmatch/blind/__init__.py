"""Asks an exchange whether it knows a file, without drawing its hashes and without telling it which file.

Server and client agree on what stands here: the input of the function, a digest's mark, and the size of an output.
"""

import hashlib

from hashmatch.digests import FileDigests

# The first bits of a digest's mark, of which a client tells some, name the bucket in which its output would stand.
MARK_BITS = 16
# With n outputs in a bucket a file that is not known is taken for a known one n times in 2 ** 64.
OUTPUT_BYTES = 8
ELEMENTS_MOST = 250
MARK_LABEL = b"leeward blind mark\0"
# The digests of a video and of a picture are of a whole file alike.
DIGEST_KINDS = {"sha256": "sha256", "md5": "md5", "video_md5": "md5"}


def blind_input(hash_type: str, digest: bytes) -> bytes:
    """What the function is evaluated on: the kind of digest and its bytes."""
    return DIGEST_KINDS[hash_type].encode() + b":" + digest


def mark_of(text: bytes) -> int:
    """A digest's mark of 16 bits. Anybody can work it out; it is another for SHA-256 and MD5 of one file."""
    return int.from_bytes(hashlib.sha256(MARK_LABEL + text).digest()[: MARK_BITS // 8], "big")


def inputs_of(digests: FileDigests) -> tuple[bytes, bytes]:
    """The inputs by which a file is known."""
    return blind_input("sha256", digests.sha256.bytes), blind_input("md5", digests.md5.bytes)
