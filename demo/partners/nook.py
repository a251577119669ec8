"""Partner (d): a small platform that runs `hashmatch blind` on its folder of uploads, and has no list.

What is known waits for one of its three people; the exchange is told so. Pictures dropped into its `posts` folder are
checked at the next round, once each.
"""

import argparse
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

PAUSE_SECONDS = 15.0


def check_new(posts: Path, call: Sequence[str], *, settled: set[Path]) -> set[Path]:
    """Run the tool where a picture is new; return those that it has been over: each start takes CPU time."""
    there = set(posts.iterdir())
    if there <= settled:
        return settled
    said = subprocess.run([*call, str(posts)], capture_output=True, text=True, check=False)
    if said.returncode:
        print(said.stderr.strip(), flush=True)  # as before the first outputs are worked out
        return settled
    return there


def main() -> None:
    """Check what is new until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leeward", required=True, help="address of Leeward")
    parser.add_argument("--keys", required=True, type=Path, help="what `leeward create-platform` printed")
    parser.add_argument("--home", required=True, type=Path, help="folder for this platform's state")
    options = parser.parse_args()
    posts, checked = options.home / "posts", options.home / "checked.jsonl"
    program = str(Path(sys.executable).with_name("hashmatch"))
    call = [program, "blind", "--url", options.leeward, "--keys", str(options.keys), "--tell", "--resume", str(checked)]
    stopped, told = threading.Event(), 0
    settled: set[Path] = set()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.is_set():
        settled = check_new(posts, call, settled=settled)
        lines = checked.read_text(encoding="utf-8").splitlines() if checked.exists() else []
        for line in lines[told:]:
            print(line, flush=True)
        told = len(lines)
        stopped.wait(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
