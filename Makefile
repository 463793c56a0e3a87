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

# The looks of pages, shown once, need no second browser (the journey round the loop has one), and
# what hammers at doors or computes with Spark needs no second database.
AGAIN := heard demo/tests/test_load.py tests/kill tests/test_routes.py tests/test_migrations.py \
	tests/browser/test_loop.py
test-postgres: dev
	$(BIN)/python scripts/with_postgres.py --forgetful $(PYTEST) --only-database $(AGAIN) --ignore heard/ui \
		--ignore-glob "*/test_hammered.py" --ignore heard/measures/tests/test_engines.py

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
