#!/usr/bin/env bash
# Gathers the texts of the interface and keeps each language's file in step: `extract`, `check` that nothing is missing,
# `build` what runs, or `lacks CODE`: the texts of her pages that a language has not.
set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
  extract | check | build | lacks) ;;
  *) echo "usage: tools/translations.sh extract|check|build|lacks CODE" >&2; exit 2 ;;
esac
template=$(mktemp)
trap 'rm -f "$template"' EXIT
export PYTHONPATH=.
.venv/bin/pybabel --quiet extract --mapping tools/babel.cfg --keywords gettext_noop --keywords gettext_lazy --keywords mark --keywords pgettext:1c,2 \
  --sort-output --project Leeward --version 1 --copyright-holder "the Leeward contributors" \
  --output-file "$template" leeward demo
.venv/bin/python -m tools.languages "$1" "$template" "${@:2}"
