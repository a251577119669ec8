"""What runs in a worker process: files come in through one pipe, their hashes go out through another, nothing is kept.

A decoder that crashes or hangs takes only this process with it. Each message is a length (little endian) and as many
bytes: a file comes in, and two JSON objects go out, the digests first, so that they are known even if the decoder
never returns.
"""

import contextlib
import io
import json
import os
import resource
import struct
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from hashmatch.digests import digest_stream
from hashmatch.errors import HashmatchError
from hashmatch.files import HEADER_BYTES, is_video
from hashmatch.pdq import hash_image

FILE_HEAD = struct.Struct("<Q")
REPLY_HEAD = struct.Struct("<I")
VIDEO_NOTE = "This is a video: only its MD5 and SHA-256 were compared."


def describe_digests(content: bytes) -> dict[str, Any]:
    """The digests of a file."""
    digests = digest_stream(io.BytesIO(content))
    return {"md5": digests.md5.hex, "sha256": digests.sha256.hex}


def describe_picture(content: bytes) -> dict[str, Any]:
    """The PDQ hash and quality of a picture, or what is wrong with it."""
    if is_video(content[:HEADER_BYTES]):
        return {"note": VIDEO_NOTE}
    try:
        qualified = hash_image(content)
    except HashmatchError as error:
        return {"problem": str(error)}
    return {"pdq": qualified.hash.hex, "quality": qualified.quality}


def send(stream: BinaryIO, values: Mapping[str, Any]) -> None:
    """Write one reply."""
    text = json.dumps(values).encode()
    stream.write(REPLY_HEAD.pack(len(text)) + text)
    stream.flush()


def hash_files(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer until no more comes."""
    while len(head := requests.read(FILE_HEAD.size)) == FILE_HEAD.size:
        content = requests.read(FILE_HEAD.unpack(head)[0])
        send(replies, describe_digests(content))
        send(replies, describe_picture(content))
        del content


def main() -> None:
    """Serve the pipes that this process was started with."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not leave a picture in a core file
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a decoder prints must not mix with the replies
    send(replies, {"ready": True})
    with contextlib.suppress(BrokenPipeError):
        hash_files(sys.stdin.buffer, replies)


if __name__ == "__main__":
    main()
