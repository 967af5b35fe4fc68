# Everything a developer or an administrator does. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help run test train eval bench lint shell validate test-core lock clean environments test-environment

PYTHON ?= python3
WEB  := .venv/web/bin/python
TEST := .venv/test/bin/python
BOT  := .venv/bot/bin/python
RASA := RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 PYTHONWARNINGS=ignore SQLALCHEMY_SILENCE_UBER_WARNING=1 $(BOT) -m rasa
export OMP_NUM_THREADS ?= 2

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: environments train  ## install what is needed, train if needed, serve families on this machine
	@exec $(WEB) -m web

test: environments test-environment train  ## install what tests need, then run them all
	@$(PYTHON) scripts/test_tools.py
	@$(BOT) -m pytest -c tests/bot/pytest.ini tests/bot
	@$(TEST) -m pytest $(PYTEST)

train: environments  ## train the assistant, if its data or code have changed
	@$(BOT) -m bot.train

validate: environments  ## Rasa's own check of the data
	@$(RASA) data validate --fail-on-warnings && echo "The data hold together."

test-core: train  ## Rasa's own test of the dialogue rules (tests/test_stories.yml)
	@$(RASA) test core --model models/review.tar.gz --stories tests/test_stories.yml --fail-on-prediction-errors --out results

shell: train  ## talk to the assistant in the terminal, through Rasa itself
	@$(BOT) -m bot.shell

eval: train  ## how well it understands voices it has not learned from
	@$(BOT) -m bot.evaluate

bench: environments test-environment train  ## speed and memory beside Rasa's default pipeline (the first time: half an hour)
	@$(PYTHON) scripts/environments.py bench
	@$(TEST) -m bench

lint: environments test-environment  ## ruff and mypy
	@$(TEST) -m ruff check .
	@$(TEST) -m ruff format --check .
	@$(TEST) -m mypy
	@$(TEST) -m mypy --python-executable $(BOT) --python-version 3.10 bot actions tests/bot/*.py

lock: test-environment  ## choose versions anew from requirements/*.in
	@$(PYTHON) scripts/lock.py

clean:  ## remove environments, models and caches (never what families said: that is in var/)
	rm -rf .venv models .rasa .cache results .pytest_cache .mypy_cache .ruff_cache .hypothesis

environments:
	@$(PYTHON) scripts/environments.py web bot

test-environment:
	@$(PYTHON) scripts/environments.py test
