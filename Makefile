# Needs git, make, Node 20 or later and npm. npm brings the Node 24 that everything runs on.
.DEFAULT_GOAL := help
.PHONY: help run demo test lint audit bench kill-test services clean

installed := node_modules/.installed
page := build/ui/index.html
# The program itself rather than `npm run lcm`: npm answers Ctrl-C with an error of its own.
lcm := exec node_modules/.bin/node --disable-warning=ExperimentalWarning src/cli/lcm.ts
page_sources := $(shell find src/ui src/core -type f -not -path '*/node_modules/*' -not -name '*.test.*')

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(installed) $(page) ## everything in one process, on http://localhost:8020
	@$(lcm) up

demo: $(installed) ## book sessions, play their candidates, judge the result, exit
	@$(lcm) demo

test: $(installed) $(page) ## all tests; names what it skipped (with CI=true a skip is a failure)
	@exec npm run --silent test

lint: $(installed) ## format, types, arrows between folders, time and promises, unused code, secrets, dependencies
	@exec npm run --silent lint

audit: ## ask the package registry for known faults of dependencies, and for the signatures of what is installed
	@npm audit --audit-level=high && npm audit signatures

bench: $(installed) ## measure against the requirements in numbers
	@exec npm run --silent bench

kill-test: $(installed) ## kill the system fifty times under twenty sessions (SEED=… KILLS=… SESSIONS=…)
	@exec node_modules/.bin/node --disable-warning=ExperimentalWarning tests/kill/run.ts

services: $(installed) ## prepare what only some tests need, and say what could not be had
	@exec scripts/services.sh

clean: ## remove what was built and installed; data is kept
	rm -rf build coverage node_modules src/*/node_modules

# An installation that npm made by other means from this very lockfile is as good. `npm ci` refuses a lockfile
# that lacks binaries for other platforms (npm leaves them out where it cannot see them); `npm install` does not.
$(installed): package-lock.json
	@if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then \
	  echo 'Installing dependencies (once, about a minute) …'; \
	  npm ci --no-audit --no-fund --loglevel=silent || npm install --no-save --no-audit --no-fund --loglevel=error; \
	fi
	@touch $@

$(page): $(page_sources) $(installed)
	@echo 'Building the page …'
	@mkdir -p build
	@npm run --silent build:ui >build/page.log 2>&1 || { cat build/page.log; exit 1; }
	@touch $@
