#!/bin/sh
# Makes the Python environment of the fuzzing round over the API: build/venv/schemathesis. Safe to run again.
set -eu
cd "$(dirname "$0")/.."
venv=build/venv/schemathesis
version=4.32.5
if [ ! -x "$venv/bin/python" ]; then
  mkdir -p build/venv
  python3 -m venv "$venv"
fi
if ! "$venv/bin/python" -c "import importlib.metadata as m, sys; sys.exit(m.version('schemathesis') != '$version')" 2>/dev/null; then
  "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi
