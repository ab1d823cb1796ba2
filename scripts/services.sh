#!/bin/sh
# Prepares what only some tests need: Python environments with Cisco's client library and with schemathesis,
# Keycloak, and Chromium.
# Installs Debian packages where it may; says what it could not do, and leaves it to the tests to skip or to fail.
set -u
cd "$(dirname "$0")/.."

# Installs Debian packages, if this is a Debian and we are root.
debian() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  echo "Installing the Debian packages $* …"
  log=$(mktemp)
  if ! { apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
    tail -n 5 "$log"
    rm "$log"
    return 1
  fi
  rm "$log"
}

has_python() { python3 -c 'import ensurepip, venv' 2>/dev/null; }

if { has_python || debian python3 python3-venv; } && has_python && scripts/virl2-venv.sh; then
  echo 'ready: the Python environment of the virl2-client tests'
else
  echo 'NOT ready: the virl2-client tests need python3 with venv, and a package index to install virl2-client from'
fi

if has_python && scripts/schemathesis-venv.sh; then
  echo 'ready: the Python environment of the fuzzing of the API'
else
  echo 'NOT ready: the fuzzing of the API needs python3 with venv, and a package index to install schemathesis from'
fi

has_java() { command -v java >/dev/null && command -v mvn >/dev/null; }

if { has_java || debian default-jre-headless maven; } && has_java && scripts/keycloak.sh; then
  echo 'ready: Keycloak'
else
  echo 'NOT ready: the tests with Keycloak need java 17 or later, mvn, and a Maven repository to fetch it from'
fi

find_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

if find_browser >/dev/null || debian chromium; then
  echo "ready: $(find_browser)"
else
  echo 'NOT ready: the browser tests need Chromium, installed as chromium, chromium-browser or google-chrome'
fi
