#!/usr/bin/env bash
# Runs hashmatch's own tests with each Python from 3.10 on that is named or found, from one wheel: once with the newest
# packages that this Python takes, once with the oldest that hashmatch allows.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/system.sh
uv=$PWD/.tools/bin/uv
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
is_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

pythons=("$@")
[ $# != 0 ] || for name in python3.{10..15}; do if is_python "$name"; then pythons+=("$name"); fi; done
HASHMATCH_EXTENSION=required "$uv" build --quiet --wheel --no-build-isolation --python .venv --out-dir "$scratch" hashmatch/python
wheel=$(ls "$scratch"/*.whl)
say "Made ${wheel##*/}"

ended=0
extras=(blind video serve scan threatexchange)
for python in "${pythons[@]}"; do
  is_python "$python" || stop "$python is no Python from 3.10 on."
  for packages in highest lowest-direct; do
    made=$scratch/environment
    rm -rf "$made"
    "$uv" venv --quiet --python "$python" "$made"
    "$uv" pip install --quiet --python "$made" --resolution "$packages" -r hashmatch/python/pyproject.toml "${extras[@]/#/--extra=}"
    "$uv" pip install --quiet --python "$made" pytest hypothesis scikit-image scikit-learn pdqhash
    "$uv" pip install --quiet --python "$made" --no-deps "$wheel"
    say "$("$made/bin/python" -VV | head -n 1), NumPy $("$made/bin/python" -c 'import numpy; print(numpy.__version__)'), $packages packages"
    # CI=1: Hypothesis then judges no example by its time.
    (cd hashmatch/python && env -u HASHMATCH_KERNELS CI=1 "$made/bin/python" -m pytest -q -m "not deep" -p no:cacheprovider) || ended=1
  done
done
exit "$ended"
