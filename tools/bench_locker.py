"""Times how a device locks a file of 50 MB, by the frame's own code under Node: first SHA-256, then the seal."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "build" / "bench.json"
BYTES = 50_000_000
REPEATS = 3
TARGET_SECONDS = 3.0  # nobody who is afraid should wait longer


def main() -> int:
    """Measure, print a line, append it to the report; fails where the target is missed."""
    call = ["node", str(ROOT / "tools" / "bench_locker.mjs"), str(BYTES), str(REPEATS)]
    done = subprocess.run(call, capture_output=True, text=True, check=True, cwd=ROOT)
    seconds = statistics.median(json.loads(done.stdout))
    row = {
        "name": "A file of 50 MB digested and locked (lwf1), the locker's frame under Node",
        "value": round(seconds, 3),
        "unit": "s",
        "peer": "",
        "ratio": None,
        "target": f"< {TARGET_SECONDS:g} s",
        "ok": seconds < TARGET_SECONDS,
    }
    print(f"{row['name']}: {row['value']} s (target {row['target']})")
    rows = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.exists() else []
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps([*rows, row], indent=1), encoding="utf-8")
    return 0 if row["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
