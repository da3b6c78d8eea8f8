# The book's commands. `make` alone lists them.
# Everything runs in .venv, which the first command makes from requirements.lock.

PYTHON ?= python3
PORT ?= 8000
JOBS ?= 2
export CHROMIUM
# Else each process compiles every library anew.
unexport PYTHONDONTWRITEBYTECODE

bin := .venv/bin
pytest := $(bin)/python -m pytest -p tests.kinds
# What was run on one processor is compared with what was published on another.
as_older := $(bin)/python .ci/processors.py run older
heading = @printf '\n== %s ==\n' '$(1)'

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help env book pdf archive editions identifiers release serve test lint types unit chapters chromium browser update compare bench lock clean

help:  ## list the commands
	@awk -F ':.*  ## ' '/^[a-z]+:.*  ## / {printf "  make %-13s%s\n", $$1, $$2}' '$(firstword $(MAKEFILE_LIST))'

env:  ## make .venv, or bring it up to date; at once when nothing changed
	@$(PYTHON) .ci/environment.py

book: env  ## run every chapter and write the website to _build/html (SCENARIO=name: under it; VINTAGE=day: on the editions of that day)
	$(call heading,Book)
	@$(bin)/python -m ooms_book build $(if $(SCENARIO),--variant '$(SCENARIO)') $(if $(VINTAGE),--vintage '$(VINTAGE)')

pdf: book  ## print the whole book to one PDF file in _build
	@CHROMIUM="$$($(PYTHON) .ci/chromium.py)" $(bin)/python -m ooms_book pdf

archive: book  ## pack the website, with the releases in dist, into one zip file in _build that opens from disk
	@$(bin)/python -m ooms_book archive

editions: book  ## lay out the website with the releases in ARCHIVES (dist) under v/, in _build/editions
	@$(bin)/python -m ooms_book editions $(if $(ARCHIVES),--archives '$(ARCHIVES)')

identifiers: book  ## put new sections, figures, tables and claims into identifiers.csv, to be kept for good
	@$(bin)/python -m ooms_book identifiers

release: env  ## tag VERSION=1.2.0 and make site archive, PDF, sources, checksums and metadata in dist
	@CHROMIUM="$$($(PYTHON) .ci/chromium.py)" $(bin)/python -m ooms_book release '$(VERSION)'

serve: env  ## serve the website on this machine (PORT=8000)
	@$(bin)/python -m ooms_book serve --port $(PORT) $(if $(SCENARIO),--variant '$(SCENARIO)') $(if $(VINTAGE),--vintage '$(VINTAGE)')

test:  ## run every check there is, one after another; end with a table
	@MAKE_COMMAND='$(MAKE_COMMAND)' $(PYTHON) .ci/stages.py lint types unit chapters book browser

lint: env  ## style and format of the code and the chapters, and who may import whom
	$(call heading,Style)
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/lint-imports --no-cache

types: env  ## types of both packages
	$(call heading,Types)
	$(bin)/mypy

unit: env  ## unit and property tests, docstring examples, the data's checks
	$(call heading,Code and data)
	$(pytest) -q -n $(JOBS) --dist worksteal --ignore tests/browser

chapters: env  ## run every chapter as a reader would
	$(call heading,Chapters)
	$(as_older) $(pytest) -q -n $(JOBS) -p tests.keep_runs --nbmake --nbmake-timeout 600 chapters $(wildcard *.ipynb)

chromium:  ## find the browser that the checks need, or install Debian's
	@$(PYTHON) .ci/chromium.py

# A third of the time a test waits for its page: one worker more than cores.
browser: chromium $(if $(BUILT),env,book)  ## the built website, in a real browser
	$(call heading,Website in a browser)
	$(pytest) -q -n $$(($(JOBS) + 1)) --dist loadgroup tests/browser

update: env  ## what newer published files would change (FROM='file or address', ONLY=source, VINTAGE=day, ACCEPT=1, all or names, WHY=)
	@set -f; \
	if [ -z "$$FROM" ]; then set --; elif [ -e "$$FROM" ]; then set -- "$$FROM"; else set -- $$FROM; fi; \
	for source in $$ONLY; do set -- "$$@" --only "$$source"; done; \
	if [ -n "$$VINTAGE" ]; then set -- "$$@" --vintage "$$VINTAGE"; fi; \
	if [ -n "$$WHY" ]; then set -- "$$@" --why "$$WHY"; fi; \
	for name in $$ACCEPT; do \
	  case $$name in 1) ;; all) set -- "$$@" --accept-all;; *) set -- "$$@" --accept "$$name";; esac; \
	done; \
	if [ -n "$$ACCEPT" ]; then set -- "$$@" --accept; fi; \
	$(bin)/ooms update "$$@"

compare: book  ## what this build shows otherwise than another one (WITH=its _build folder)
	@$(bin)/python tests/compare_builds.py '$(WITH)' _build

bench: env  ## time the operations that matter, against each other (ONLY=tables to pick; RECORD=1 for the status page)
	@$(bin)/python tests/benchmarks/run.py $(ONLY) $(if $(RECORD),--record)

lock: env  ## resolve the requirements again (UPGRADE=1 takes newer versions, UPGRADE=name one)
	@$(bin)/python .ci/lock.py $(if $(UPGRADE),--upgrade $(filter-out 1,$(UPGRADE)))

clean:  ## remove what was built, and the environment
	rm -rf _build dist .venv .pytest_cache .hypothesis .mypy_cache .ruff_cache
