#!/bin/sh
# Makes the Python environment of the fuzzing round over the API: build/venv/schemathesis. Safe to run again.
exec "$(dirname "$0")/python-venv.sh" schemathesis schemathesis 4.32.5
