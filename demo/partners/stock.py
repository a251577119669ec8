"""Partner (a): a platform that runs the unmodified `threatexchange` command line against Leeward's exchange.

It changes one thing: the base address in TX_STOPNCII_KEYS. Pictures dropped into its `posts` folder are matched.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

PAUSE_SECONDS = 30.0
COLLABORATION = "leeward"
PROGRAM = Path(sys.executable).with_name("threatexchange")


def _tx(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the stock client as its owner would, and hand back what it said."""
    return subprocess.run([str(PROGRAM), *arguments], env=environment, capture_output=True, text=True, check=False)


def _match_posts(posts: Path, *, seen: set[tuple[str, str]], environment: dict[str, str]) -> None:
    for path in sorted(path for path in posts.iterdir() if path.is_file()):
        verdict = _tx("match", "photo", str(path), environment=environment).stdout.strip()
        if verdict and (path.name, verdict) not in seen:
            seen.add((path.name, verdict))
            print(f"{path.name}: {verdict}", flush=True)


def main() -> None:
    """Fetch and match until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leeward", required=True, help="address of Leeward")
    parser.add_argument("--keys", required=True, type=Path, help="what `leeward create-platform` printed")
    parser.add_argument("--home", required=True, type=Path, help="folder for this platform's state")
    options = parser.parse_args()
    keys = json.loads(options.keys.read_text(encoding="utf-8"))
    posts = options.home / "posts"
    posts.mkdir(parents=True, exist_ok=True)
    environment = {
        "HOME": str(options.home),
        "PATH": os.environ.get("PATH", ""),
        "TX_STOPNCII_KEYS": f"{keys['fetch_key']},{keys['subscription_key']},{options.leeward}/exchange/v1",
    }
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    if not PROGRAM.exists():  # part of it comes as source
        print("The stock client is not installed: that takes a compiler. This platform stays away.", flush=True)
        stopped.wait()
        return
    if not (options.home / ".threatexchange").exists():
        made = _tx("config", "collab", "edit", "stop_ncii", "--create", COLLABORATION, environment=environment)
        if made.returncode:
            sys.exit(f"The stock client could not be set up: {made.stderr.strip()}")
    seen: set[tuple[str, str]] = set()
    while not stopped.is_set():
        fetched = _tx("fetch", "--only-collab", COLLABORATION, environment=environment)
        if fetched.returncode:
            print(f"fetch failed: {fetched.stderr.strip()}", flush=True)
        _match_posts(posts, seen=seen, environment=environment)
        stopped.wait(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
