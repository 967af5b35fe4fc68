# Everything a developer or an administrator does. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help run test train check eval eval-stock bench screenshots crash lint shell validate test-core lock clean environments test-environment
.PHONY: export-answers redaction
.PHONY: administrator publish times withdraw requests confirm move offer seen failures send-again

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
	@$(TEST) -m pytest --numprocesses 2 --dist loadfile $(PYTEST)

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

eval-stock: environments test-environment  ## Rasa's default pipeline on a voice it has not learnt from (VOICE=teen)
	@$(PYTHON) scripts/environments.py bench
	@$(TEST) -m bench.left_out $(VOICE)

ifeq ($(ONLY),browser)
bench: environments test-environment  ## speed and memory beside Rasa's default pipeline, and in the browser (ONLY=browser: that alone)
	@$(PYTHON) scripts/test_tools.py
	@$(TEST) -m bench --only browser
else
bench: environments test-environment train
	@$(PYTHON) scripts/environments.py bench
	@$(PYTHON) scripts/test_tools.py
	@$(TEST) -m bench
	@$(TEST) -m bench.desk
endif

screenshots: environments test-environment  ## pictures of every state in results/screenshots, and the desk's in docs/ (ONLY=danger: of some states of the chat)
	@$(TEST) -m tests.browser.screenshots $(ONLY)
	$(if $(ONLY),,@$(TEST) -m tests.desk_browser.screenshots)

crash: environments test-environment  ## kill the service 200 times while families book (KILLS=…, SEED=…, WHOLE=yes: with Rasa)
	@$(TEST) -m tests.crash --kills $(or $(KILLS),200) $(if $(SEED),--seed $(SEED)) $(if $(WHOLE),--whole)

# What staff can do to meetings without the desk. They work on the same DATA_DIR or DATABASE_URL as the service.
MEETINGS = $(WEB) -m web.meetings
BY_WHOM = $(if $(BY),--by "$(BY)")

publish: environments  ## offer times to families: TIMES="2027-03-30 14:00, …" (PLACE, WHO=staff|reviewer, MINUTES, INSTANT=yes)
	@$(MEETINGS) publish "$(TIMES)" $(BY_WHOM) $(if $(PLACE),--place "$(PLACE)") $(if $(WHO),--who $(WHO)) \
		$(if $(MINUTES),--minutes $(MINUTES)) $(if $(INSTANT),--instant)

times: environments  ## the published times, with their ids
	@$(MEETINGS) times

withdraw: environments  ## take a time back: TIME=id; a request that has it then needs a look
	@$(MEETINGS) withdraw "$(TIME)" $(BY_WHOM)

requests: environments  ## what families asked for, what needs a look first
	@$(MEETINGS) requests

confirm: environments  ## confirm the time that a request holds: REFERENCE=KTR-482-97
	@$(MEETINGS) confirm "$(REFERENCE)" $(BY_WHOM)

move: environments  ## give a request another time and confirm it: REFERENCE=… TIME=id (HOLD=yes: only keep it)
	@$(MEETINGS) move "$(REFERENCE)" "$(TIME)" $(BY_WHOM) $(if $(HOLD),--hold)

offer: environments  ## put times forward to a family: REFERENCE=… TIMES="id, id"
	@$(MEETINGS) offer "$(REFERENCE)" "$(TIMES)" $(BY_WHOM)

seen: environments  ## note that somebody has looked at it: REFERENCE=…
	@$(MEETINGS) seen "$(REFERENCE)" $(BY_WHOM)

failures: environments  ## e-mails that could not be sent
	@$(MEETINGS) failures

send-again: environments  ## try every e-mail that is owed again now
	@$(MEETINGS) send-again

administrator: environments  ## a one-time link for the desk's first administrator: EMAIL=… (NAME="…")
	@$(WEB) -m web.accounts administrator "$(EMAIL)" $(if $(NAME),--name "$(NAME)")

export-answers: environments  ## answers that staff approved on the desk go into data/; then make train
	@$(WEB) -m web.unanswered

redaction: test-environment  ## how much of what could say who wrote a message is taken out, and how much too much
	@$(TEST) -m tests.unanswered.redaction

check: environments  ## which numbers families are given need somebody's eye
	@$(WEB) -m web.safety.check

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
