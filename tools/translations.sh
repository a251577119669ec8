#!/usr/bin/env bash
# Gathers the texts of the interface and keeps each language's file in step: `extract`, or `check` that nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=leeward/locale
template=$(mktemp)
trap 'rm -f "$template"' EXIT
PYTHONPATH=. .venv/bin/pybabel --quiet extract --mapping tools/babel.cfg --keywords gettext_noop --keywords gettext_lazy --keywords mark --keywords pgettext:1c,2 \
  --no-location --sort-output --project Leeward --version 1 --copyright-holder "the Leeward contributors" \
  --output-file "$template" leeward demo
case ${1:-} in
  extract)
    for language in ar; do
      if [ -f "$folder/$language/LC_MESSAGES/django.po" ]; then
        .venv/bin/pybabel --quiet update --domain django --input-file "$template" --output-dir "$folder" --locale "$language" \
          --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120
      else
        .venv/bin/pybabel --quiet init --domain django --input-file "$template" --output-dir "$folder" --locale "$language"
      fi
    done
    ;;
  check) .venv/bin/python tools/check_translations.py "$template" "$folder" ;;
  *) echo "usage: tools/translations.sh extract|check" >&2; exit 2 ;;
esac
