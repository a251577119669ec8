"""What runs in a worker process: files come in through one pipe, their hashes go out through another, nothing is kept.

A decoder that crashes or hangs takes only this process with it. A file comes in behind its length and the seconds that
it may take. Two JSON objects go out, each behind its length (all little endian): the digests first, so that they are
known even if the decoder never returns.
"""

import contextlib
import io
import json
import os
import resource
import struct
import sys
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from hashmatch.digests import digest_stream
from hashmatch.errors import ImageTooLargeError, MissingPackageError, UnreadableImageError, UnreadableVideoError
from hashmatch.pdq import hash_views
from hashmatch.video import VideoFrame, VideoReader
from hashmatch.video.formats import HEADER_BYTES, is_video

FILE_HEAD = struct.Struct("<Qd")  # length, and the seconds that the file may take
REPLY_HEAD = struct.Struct("<I")
# The rest of the time that a file may take is for what comes before and after decoding.
SHARE_FOR_DECODING = 0.7


def describe_digests(content: bytes) -> dict[str, Any]:
    """The digests of a file."""
    digests = digest_stream(io.BytesIO(content))
    return {"md5": digests.md5.hex, "sha256": digests.sha256.hex}


def describe_pixels(content: bytes, *, deadline: float) -> dict[str, Any]:
    """The PDQ hashes of a picture, the main one first, or those of a video's frames, or what is wrong with the file."""
    try:
        found = hash_views(content)
    except (UnreadableImageError, ImageTooLargeError) as error:
        if is_video(content[:HEADER_BYTES]):
            return describe_frames(content, deadline=deadline)
        return {"picture_error": str(error)}
    return {
        "pictures": [[one.hash.hex, one.quality] for one in (found.pdq, *found.others)],
        "note": found.note,
    }


def describe_frames(content: bytes, *, deadline: float) -> dict[str, Any]:
    """The frames of a video as far as it can be read, in the time there is."""
    frames: list[VideoFrame] = []

    def watch_time(_: float) -> None:
        if time.monotonic() > deadline:
            raise TimeoutError

    error: str | None = None
    try:
        with VideoReader(content, on_progress=watch_time) as reader:
            for frame in reader:
                frames.append(frame)
                watch_time(0)
            error = None if reader.error is None else str(reader.error)
    except TimeoutError:
        reached = frames[-1].seconds if frames else 0
        error = f"The time for one file is up: the video was read up to {reached:.1f} seconds."
    except (UnreadableVideoError, MissingPackageError) as problem:
        error = str(problem)
    return {
        "frames": [[frame.number, frame.seconds, frame.hash.hex, frame.quality] for frame in frames],
        "video_error": error,
    }


def send(stream: BinaryIO, values: Mapping[str, Any]) -> None:
    """Write one reply."""
    text = json.dumps(values).encode()
    stream.write(REPLY_HEAD.pack(len(text)) + text)
    stream.flush()


def hash_files(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer until no more comes."""
    while len(head := requests.read(FILE_HEAD.size)) == FILE_HEAD.size:
        length, seconds = FILE_HEAD.unpack(head)
        content = requests.read(length)
        deadline = time.monotonic() + SHARE_FOR_DECODING * seconds
        send(replies, describe_digests(content))
        send(replies, describe_pixels(content, deadline=deadline))
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
