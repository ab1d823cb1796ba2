#!/bin/sh
# Makes build/venv/NAME with one package of Python: python-venv.sh NAME PACKAGE VERSION. Safe to run again.
set -eu
cd "$(dirname "$0")/.."
venv=build/venv/$1
if [ ! -x "$venv/bin/python" ]; then
  mkdir -p build/venv
  python3 -m venv "$venv"
fi
if ! "$venv/bin/python" -c "import importlib.metadata as m, sys; sys.exit(m.version('$2') != '$3')" 2>/dev/null; then
  "$venv/bin/pip" install --quiet --disable-pip-version-check "$2==$3"
fi
