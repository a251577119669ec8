#!/usr/bin/env bash
# Measures against the named peers in one run: prints the table of targets, writes build/bench.json, docs/benchmarks.md
# with its pictures, docs/benchmarks-bank.md, -blind.md, docs/benchmarks-desk.md, -directory.md and -statistics.md. Options are passed on:
# `bash tools/bench.sh --quick`, or `make bench BENCH="--no-10m --resume"`.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/system.sh
mkdir -p build
rm -f build/bench.json
data=$(mktemp -d) # what measures in its own process needs settings, and leaves nothing there
trap 'rm -rf "$data"' EXIT
export LEEWARD_ENV=demo LEEWARD_DATA="$data"

# A wrong answer or a slow browser fails the run, but neither keeps the other from being measured.
status=0
# shellcheck disable=SC2086 # BENCH holds words
.venv/bin/python -m hashmatch_bench ${BENCH:-} "$@" || status=$?
[ "$status" != 130 ] || exit 130
if has_node; then
  .venv/bin/python -m tools.bench_hasher || status=$?
  .venv/bin/python -m tools.bench_locker || status=$?
else
  say "The browser's hasher and the locker's seal are not measured: there is no Node 20 or newer."
fi
# Of the options, the bank, the blind checks, the doors, the desk, the courts, the directory, the statistics, the sending, the surveys, the training and the pages know only --quick.
quick=()
case " ${BENCH:-} $* " in *" --quick "*) quick=(--quick) ;; esac
.venv/bin/python -m tools.bench_bank "${quick[@]}" || status=$?
.venv/bin/python -m tools.bench_blind "${quick[@]}" || status=$?
.venv/bin/python -m tools.bench_doors "${quick[@]}" || status=$?
.venv/bin/python -m tools.bench_desk "${quick[@]}" || status=$?
.venv/bin/python -m tools.bench_courts "${quick[@]}" || status=$?
.venv/bin/python -m tools.bench_directory "${quick[@]}" || status=$?
.venv/bin/python -m tools.bench_statistics "${quick[@]}" || status=$?
.venv/bin/python -m tools.bench_sending "${quick[@]}" || status=$?
.venv/bin/python -m tools.bench_surveys "${quick[@]}" || status=$?
.venv/bin/python -m tools.bench_training "${quick[@]}" || status=$?
.venv/bin/python -m tools.bench_pages "${quick[@]}" || status=$?
exit "$status"
