#!/bin/sh
# Makes the Python environment of the virl2-client conformance round: build/venv/virl2. Safe to run again.
exec "$(dirname "$0")/python-venv.sh" virl2 virl2-client 2.9.1
