#!/bin/sh
# Install what package-lock.json names: with the npm that is here, else with one from a Python wheel.
set -e
if ! command -v npm >/dev/null 2>&1; then
    .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements-node.txt
    PATH="$PWD/.venv/bin:$PATH"
fi
exec npm ci --loglevel=error "$@"
