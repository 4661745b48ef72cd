# The course's commands; `make` alone lists them. For GNU make 3.81 and newer.
# Environment: PYTHON (3.11 or newer), PORT, BROWSER (none: only print the address), COURSE_HOME.
PYTHON ?= python3
VENV := $(CURDIR)/.venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
# What `make course` runs once the environment is there.
LAB ?= "$(VENV)/ipv6course" lab
# nbgrader starts other programs of the environment by name.
PYTEST = PATH="$(VENV):$$PATH" "$(VENV)/python" -m pytest -n 2 --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help course environment-lab environment-test \
  requirements test prove lint format bench constraints clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /make \1: /p' Makefile

course: environment-lab ## open the course in the browser; installs what it needs into .venv
	@$(LAB)

environment-lab environment-test: environment-%:
	@$(PYTHON) course/environment.py --extra $*

test: requirements lint ## check everything: format, style, types, tests (under 20 minutes)
	$(PYTEST)

prove: requirements lint ## the same at full volume, and on a bare Debian (as root; long)
	IPV6COURSE_PROVE=1 $(PYTEST) -m ''
	$(PYTHON) tests/prove_bare_debian.py

requirements: environment-test
	@"$(VENV)/python" tests/requirements.py

lint: environment-test ## check format, style and types, of the lessons too
	"$(VENV)/ruff" format --check
	"$(VENV)/ruff" check
	"$(VENV)/mypy"
	MYPYPATH=tests/browser "$(VENV)/mypy" course/environment.py $(wildcard tests/*.py)
	"$(VENV)/python" tests/lint_lessons.py

format: environment-test ## format everything, the lessons' cells too
	"$(VENV)/ruff" format
	"$(VENV)/python" tests/lint_lessons.py --fix

bench: environment-test ## measure speeds and sizes
	"$(VENV)/python" tests/bench.py

constraints: environment-lab ## choose the pinned versions anew (with Python 3.11)
	"$(VENV)/python" course/environment.py --constraints

clean: ## remove what was built; your work and .venv stay
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find course autograder datasets tests -name __pycache__ -type d -prune -exec rm -rf {} +
