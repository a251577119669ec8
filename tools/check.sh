#!/usr/bin/env bash
# Everything that needs neither a browser nor a database: lint, formats, types, layers, templates, migrations, translations.
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/system.sh
has_node || true
failed=0
step() {
  local title=$1 output
  shift
  if output=$("$@" 2>&1); then
    printf '  ok    %s\n' "$title"
  else
    printf '  FAIL  %s\n%s\n' "$title" "$output"
    failed=1
  fi
}
LEEWARD_DATA=$(mktemp -d)
export LEEWARD_DATA LEEWARD_ENV=demo
trap 'kill "$types" 2>/dev/null; rm -rf "$LEEWARD_DATA"' EXIT
bin=.venv/bin
"$bin/mypy" --no-error-summary > "$LEEWARD_DATA/types" 2>&1 & # as long as all the others, which run beside it
types=$!
step "ruff: lint" "$bin/ruff" check --quiet .
step "ruff: format" "$bin/ruff" format --quiet --check .
step "mypy: hashmatch, as Python 3.10 reads it" "$bin/mypy" --no-error-summary --config-file hashmatch/python/pyproject.toml hashmatch/python/src
step "import-linter: down, never up" "$bin/lint-imports"
step "vulture: nothing that no product code calls" "$bin/python" -m tools.dead_code
step "djlint: templates" "$bin/djlint" leeward demo --extension jinja --lint --quiet
step "tsc: types of the hasher" node_modules/.bin/tsc -p hashmatch/browser
# Looks for mistakes in the settings first, as `manage.py check` does.
step "django: settings, and migrations are whole" "$bin/python" -W error manage.py makemigrations --check --dry-run
step "babel: every text can be translated" bash tools/translations.sh check
step "words: plain, and none that we do not use" "$bin/python" -m tools.words
step "no secret among the files" "$bin/python" -m tools.check_secrets
step "no registry address in a lock file" bash -c '! grep -nE "https?://" requirements/*.lock && ! grep -n "\"resolved\"" package-lock.json'
wait "$types"
typed=$?
told_types() { cat "$LEEWARD_DATA/types"; return "$typed"; }
step "mypy: types, strict" told_types
exit $failed
