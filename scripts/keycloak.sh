#!/bin/sh
# Puts Keycloak's distribution in place, ready to be started: build/services/keycloak. Safe to run again.
set -eu
cd "$(dirname "$0")/.."
version=26.4.0
home=build/services/keycloak
[ "$(cat "$home/.prepared" 2>/dev/null)" = "$version" ] && exit 0

echo "Fetching Keycloak $version …"
log=$(mktemp)
made=$(mktemp -d)
trap 'rm -rf "$log" "$made"' EXIT
if ! mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack \
  -Dartifact="org.keycloak:keycloak-quarkus-dist:$version:zip" -DoutputDirectory="$made" >"$log" 2>&1; then
  grep -m 3 ERROR "$log" || tail -n 3 "$log"
  exit 1
fi
chmod +x "$made/keycloak-$version"/bin/*.sh
# Fitted to its database beforehand: starting takes half as long.
if ! "$made/keycloak-$version/bin/kc.sh" build --db=dev-mem >"$log" 2>&1; then
  tail -n 5 "$log"
  exit 1
fi
mkdir -p build/services
rm -rf "$home"
mv "$made/keycloak-$version" "$home"
echo "$version" >"$home/.prepared"
