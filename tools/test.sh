#!/usr/bin/env bash
# Runs every test: checks, the hasher under Node, and Python's on SQLite with real browsers, beside those on PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/system.sh
has_node
bin=.venv/bin

"$bin/python" -c 'import pdqhash' 2>/dev/null \
  || stop "the tests need a C++ compiler and Python's headers. Install them (on Debian: apt install g++ python3-dev) and run this again."
# Browsers and tools come beside the checks, which need none of them; the database first, since its tests begin at once.
declare -A of_package=([chromium]=chromium [firefox-esr]=firefox-esr [curl]=curl [openssl]=openssl [sqlite3]=sqlite3 [ip]=iproute2) # ip: a network whose packets are watched
missing() { for each in "${!of_package[@]}"; do command -v "$each" >/dev/null || echo "$each"; done; }
install_missing() {
  local packages=()
  for each in $(missing); do packages+=("${of_package[$each]}"); done
  [ "${#packages[@]}" = 0 ] || apt_install "${packages[@]}" || return 0 # whoever needs them says what is missing
  command -v chromium-headless-shell >/dev/null || apt_install chromium-headless-shell || true # else the whole one serves, slower
}
postgres_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
[ -n "$(postgres_bin)" ] || apt_install postgresql || stop "the tests need PostgreSQL. Install it (on Debian: apt install postgresql) and run this again."
install_missing &
installing=$!
all_installed() {
  wait "$installing" || true
  for each in $(missing); do stop "the tests need $each. Install it (on Debian: apt install ${of_package[$each]}) and run this again."; done
}

# In memory where there is room: all of it is thrown away, and to wait for a disk is half of a test that commits.
room() { # more than this many megabytes of memory that files may take, and may be run from
  [ -w /dev/shm ] && ! grep -q ' /dev/shm .*noexec' /proc/mounts \
    && [ "$(df --output=avail -m /dev/shm | tail -n 1)" -gt "$1" ] \
    && [ "$(awk '/MemAvailable/ {print int($2 / 1024)}' /proc/meminfo)" -gt "$((2 * $1))" ]
}
if room 4000; then scratch=$(mktemp -d /dev/shm/leeward.XXXXXX); else scratch=$(mktemp -d); fi
chmod 755 "$scratch"
export LEEWARD_ENV=demo LEEWARD_DATA="$scratch/data" TMPDIR="$scratch"
LEEWARD_DAY=${LEEWARD_DAY:-$(date -u +%F)}
export LEEWARD_DAY
mkdir -p "$LEEWARD_DATA" "$scratch/data-postgres"

# A server of our own in a scratch folder: it touches no database of this machine and goes away with the tests.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
port=$("$bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
node= postgres=
stop_all() {
  [ -z "$node" ] || kill "$node" 2>/dev/null || true
  [ -z "$postgres" ] || { kill -INT $(cat "/proc/$postgres/task/$postgres/children"); wait "$postgres"; } 2>/dev/null || true
  [ -d "$scratch/postgres/base" ] && as_postgres "$(postgres_bin)/pg_ctl" -D "$scratch/postgres" -m immediate stop >/dev/null 2>&1
  rm -rf "$scratch"
}
trap stop_all EXIT
start_postgres() {
  mkdir -p "$scratch/postgres" "$scratch/socket"
  [ "$(id -u)" != 0 ] || chown postgres "$scratch/postgres" "$scratch/socket"
  as_postgres "$(postgres_bin)/initdb" -D "$scratch/postgres" -A trust -U leeward -E UTF8 --locale=C.UTF-8 >/dev/null
  as_postgres "$(postgres_bin)/pg_ctl" -D "$scratch/postgres" -w -l "$scratch/socket/log" \
    -o "-p $port -k $scratch/socket -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c autovacuum=off" start >/dev/null
  as_postgres "$(postgres_bin)/createdb" -h 127.0.0.1 -p "$port" -U leeward leeward
}

# Of three processes on two cores one waits, for a browser, a server or a clock; each takes two gigabytes at most.
memory=$(awk '/MemAvailable/ {print int($2 / 1024)}' /proc/meminfo)
if [ "$memory" -gt 9000 ]; then workers=3; else workers=2; fi
tests() { "$bin/python" -m pytest -q -r fER --rerun-show-tracebacks -n "$workers" "$@"; }
# Processes that read new tests beside each other would each compile all of them, so one does it for the others: it reads
# the files, and looks for no test in them.
compiled() {
  [ -d tests/__pycache__ ] || "$bin/python" -m pytest -q --collect-only -o python_functions=none_here -o python_classes=NoneHere \
    > "$scratch/compiled.log" 2>&1 || true
}
on_postgres() {
  local differs="database and postgresql" where # the others need not be read
  where=$(grep -rl --include='test_*.py' 'mark\.postgresql' tests)
  if [ "${LEEWARD_DEEP:-}" = 1 ]; then differs="database" where=tests; fi
  start_postgres
  compiled
  # shellcheck disable=SC2086  # many files
  DATABASE_URL="postgres://leeward@127.0.0.1:$port/leeward" LEEWARD_DATA="$scratch/data-postgres" \
    tests -m "$differs and not browser" $where "$@" > "$scratch/postgres.log" 2>&1
}
if [ "${1:-}" = --times ]; then
  shift
  all_installed
  tests -p tools.times --times "$@"
  exit
fi

# What could differ on PostgreSQL is tried there beside all the rest, where there is room; else after it.
if [ "$memory" -gt 13000 ]; then
  workers=2 on_postgres "$@" &
  postgres=$!
fi

say "Checks"
node --test --test-reporter=spec hashmatch/browser/tests/*.test.js tests/victim/locker/*.test.js > "$scratch/node.log" 2>&1 & # beside them
node=$!
bash tools/check.sh
all_installed

say "Everything on SQLite, with real browsers"
ended=0
LEEWARD_BESIDE_POSTGRESQL=1 tests -p tools.times "$@" | tee "$scratch/sqlite.log" || ended=1

say "The hasher, under Node"
if wait "$node"; then tail -n 9 "$scratch/node.log"; else cat "$scratch/node.log" && ended=1; fi
node=

say "What could differ there, on PostgreSQL"
if [ -n "$postgres" ]; then wait "$postgres" || ended=1; else on_postgres "$@" || ended=1; fi
postgres=
cat "$scratch/postgres.log"

if again=$(grep -hE '^RERUN ' "$scratch"/sqlite.log "$scratch"/postgres.log); then
  say "Tried again after a failure: each is a mistake to mend, in a test or in a page"
  sort -u <<< "$again"
fi
count() { grep -hoE "[0-9]+ $1" "$scratch"/sqlite.log "$scratch"/postgres.log | awk '{n += $1} END {print n + 0}'; }
node_passed=$(grep -oE '^ℹ pass [0-9]+' "$scratch/node.log" | grep -oE '[0-9]+')
echo "$(( $(count passed) + ${node_passed:-0} )) passed, $(count failed) failed"
exit "$ended"
