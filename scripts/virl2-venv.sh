#!/bin/sh
# Makes the Python environment of the virl2-client conformance round: build/venv/virl2. Safe to run again.
set -eu
cd "$(dirname "$0")/.."
venv=build/venv/virl2
version=2.9.1
if [ ! -x "$venv/bin/python" ]; then
  mkdir -p build/venv
  python3 -m venv "$venv"
fi
if ! "$venv/bin/python" -c "import importlib.metadata as m, sys; sys.exit(m.version('virl2-client') != '$version')" 2>/dev/null; then
  "$venv/bin/pip" install --quiet --disable-pip-version-check "virl2-client==$version"
fi
