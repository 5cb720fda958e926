# Needs Python >= 3.11 (with venv) and make, nothing else. Everything made lies in .venv and var.
# make run [PORT=8000] [DEMO=0]    DATABASE_URL and REDIS_URL are honoured everywhere.

PYTHON ?= python3
PORT ?= 8000
DEMO ?= 1
WORKERS ?= 2
PY = .venv/bin/python
PIP = $(PY) -m pip --quiet --disable-pip-version-check --no-input install --require-hashes
COMPILE = $(PY) -m piptools compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-find-links --no-emit-index-url
MESSAGES = makemessages --locale zh_Hans --no-obsolete --no-wrap --add-location file --ignore .venv --ignore var --ignore node_modules --ignore tests --ignore bench

export PORT
$(if $(filter-out 0 1,$(DEMO)),$(error DEMO is "$(DEMO)"; it is 1, or 0 for an empty installation))

.PHONY: run install test bench lint types requirements messages print-messages clean

run: install
	@exec $(PY) manage.py up $(if $(filter 0,$(DEMO)),,--demo)

install: .venv/.installed
	@$(PY) -m common.catalogues > /dev/null
	@$(PY) manage.py fetch_assets > /dev/null

test: install .venv/.installed-dev
	$(PY) -m pytest -n $(WORKERS)

bench: install .venv/.installed-dev
	$(PY) -m bench

lint: .venv/.installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint templates --lint --quiet

types: .venv/.installed-dev
	$(PY) -m mypy .

requirements: .venv/.installed-dev
	$(COMPILE) --output-file requirements.txt requirements.in
	$(COMPILE) --output-file requirements-dev.txt requirements-dev.in

messages: install
	$(PY) manage.py $(MESSAGES)
	@$(PY) -m common.catalogues tidy

print-messages:
	@echo $(MESSAGES)

clean:
	rm -rf .venv var/assets var/icons var/assets.stamp

# pip is the last thing that venv writes, so a half-made environment is made again.
.venv/bin/pip:
	@found=; for python in "$(PYTHON)" python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "gongjian needs Python 3.11 or newer; found $$($(PYTHON) -V 2>&1). Or name one: make PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import venv, ensurepip' 2> /dev/null; then \
	  echo "gongjian needs Python's venv module. On Debian: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	rm -rf .venv && echo "Making .venv with $$("$$found" -V) ..." && "$$found" -m venv .venv

.venv/.installed: requirements.txt | .venv/bin/pip
	@echo "Installing what the product runs on ..."
	@$(PIP) -r requirements.txt || { echo "pip could not install requirements.txt; the lines above say why." >&2; exit 1; }
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed | .venv/bin/pip
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements.txt -r requirements-dev.txt || { echo "pip could not install requirements-dev.txt; the lines above say why." >&2; exit 1; }
	@touch $@
