#!/usr/bin/env bash
# Measures against the named peers in one run, prints ratios and writes build/bench.json.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/system.sh
has_node
mkdir -p build
rm -f build/bench.json
.venv/bin/python -m hashmatch.bench
.venv/bin/python tools/bench_hasher.py
