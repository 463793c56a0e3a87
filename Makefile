# Two commands are all a fresh machine needs: `make run` and `make test`.
PORT ?= 8000
export HEARD_URL ?= http://127.0.0.1:$(PORT)
# Where this is set every command compiles every module again: 4.4 s of work in place of 1.8.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadgroup

.PHONY: env dev run test test-sqlite test-postgres screens check format bench lock messages clean

env: .venv/.runs  ## the environment that runs Heard, in .venv
dev: .venv/.tests  ## with what tests and checks need

.venv/bin/uv: requirements-uv.txt
	test -x $(BIN)/python || "$$(sh scripts/find_python.sh)" -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	touch $@

.venv/.runs: .venv/bin/uv requirements.txt pyproject.toml node_modules/.here
	$(UV) --require-hashes -r requirements.txt
	$(UV) --no-deps -C editable_mode=compat --editable .
	$(BIN)/heard messages --compile
	touch $@

node_modules/.here: .venv/bin/uv package-lock.json requirements-node.txt
	sh scripts/npm.sh
	touch $@

.venv/.tests: .venv/.runs requirements-dev.txt
	$(UV) --require-hashes -r requirements-dev.txt
	sh scripts/chromium.sh
	touch $@

run: env  ## the demo city on http://127.0.0.1:8000, web and worker
	$(BIN)/heard prepare
	$(BIN)/heard demo --if-empty
	$(BIN)/heard serve --port $(PORT)

test: test-sqlite test-postgres  ## everything, on both databases, browser journeys included

test-sqlite: dev
	$(BIN)/heard messages --compile
	$(PYTEST)

# What is seen, and by whom, is shown on one database (SEEN in conftest.py); here every page is asked
# for once more, and the browser walks round the loop. What hammers at doors, what is told from files
# (the results site, the figures of Boston, changes by chance) and what Spark computes needs no second
# database either.
AGAIN := heard demo/tests/test_load.py tests/kill tests/test_routes.py::test_every_route_answers \
	tests/test_migrations.py tests/browser/test_loop.py
ONCE := heard/ui heard/public heard/measures/tests/test_engines.py heard/measures/tests/test_boston.py \
	heard/forecast/tests/test_los_angeles.py
CHANGES := heard/measures/tests/test_incremental.py::test_after_any_changes_figures_are_those_of_a_full_computation
test-postgres: dev
	$(BIN)/python scripts/with_postgres.py --forgetful $(PYTEST) --only-database $(AGAIN) \
		$(addprefix --ignore ,$(ONCE)) --ignore-glob "*/test_hammered.py" --deselect $(CHANGES)

screens: dev  ## pictures of every page the browser tests visit, in build/screens
	HEARD_SCREENS=1 $(PYTEST) -m browser

check: dev  ## lint, types, layers, translations, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy heard heard_stats demo
	$(BIN)/lint-imports
	$(BIN)/heard messages --check
	$(BIN)/heard makemigrations --check --dry-run

format: dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: dev  ## speed, as ratios against a named engine in the same run
	$(BIN)/python -m benchmarks

lock: .venv/bin/uv  ## pin again what the .in files ask for
	for name in requirements requirements-dev requirements-uv requirements-node; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-header --no-annotate --upgrade $$name.in -o $$name.txt; \
	done

messages: env  ## collect the words of the screens for translation
	$(BIN)/heard messages

clean:
	rm -rf .venv node_modules build *.egg-info
