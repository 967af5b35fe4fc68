"""Whatever dies or hangs, a family has a plain sentence and somebody to ring, and the service is back by itself."""

from __future__ import annotations

import signal
import socket
import time
from pathlib import Path
from threading import Timer

import pytest

from tests.whole.service import MODEL, Service, Talk, running, wait_until
from tests.whole.test_answers import PHONE, topics

LONGEST_REPLY = 8  # seconds: what a family was promised
QUESTION = "who will see the report?"


def said_in_time(talk: Talk, text: str) -> list[dict[str, object]]:
    asked = time.monotonic()
    messages = talk.say(text)
    assert time.monotonic() - asked < LONGEST_REPLY
    return messages


def test_a_worker_killed_or_hung_in_the_middle_costs_one_answer_and_never_the_conversation(service: Service) -> None:
    talk = Talk(service)
    talk.say(QUESTION)
    for number, text in ((signal.SIGKILL, QUESTION), (signal.SIGSTOP, QUESTION), (signal.SIGSTOP, "i want to die")):
        (worker,) = service.workers()
        worker.send_signal(signal.SIGSTOP)  # the message is in the worker's hands when the fault comes
        Timer(0.5, worker.send_signal, [number]).start()
        messages = said_in_time(talk, text)
        if "die" in text:
            assert topics(messages)[0] == "safety.self"
        else:
            assert PHONE in str(messages)
        wait_until(lambda gone=worker: not gone.is_running() and service.ready(), "a new worker serves")  # type: ignore[misc]
        assert topics(talk.say(QUESTION)) == ["report.who_sees"]


def test_nothing_of_a_conversation_is_left_when_it_is_deleted_without_a_worker(tmp_path: Path) -> None:
    with running(tmp_path, BOT_MODEL=str(tmp_path / "none.tar.gz")) as service:
        wait_until(service.alive, "the service answers")
        talk = Talk(service)
        talk.say("is anybody there")
        assert service.call("DELETE", f"/api/conversations/{talk.id}", token=talk.token)[0] == 204
        assert service.call("GET", f"/api/conversations/{talk.id}/messages", token=talk.token)[0] == 404


def test_without_a_model_it_serves_help_and_contact_and_says_what_to_do(tmp_path: Path) -> None:
    with running(tmp_path, BOT_MODEL=str(tmp_path / "none.tar.gz")) as service:
        wait_until(service.alive, "the service answers")
        assert not service.ready()
        assert topics(Talk(service).say("i want to kill myself"))[0] == "safety.self"
        assert topics(Talk(service).say("what is your phone number"))[0] == "contact.details"
        message, quiet = Talk(service).say(QUESTION)
        assert PHONE in str(message)
        assert quiet["care"]  # nobody has read it for danger but web's own rules
        wait_until(lambda: "make train" in service.printed(), "it says how to get a model")


def test_a_new_model_takes_over_while_families_are_answered(tmp_path: Path) -> None:
    model = tmp_path / "review.tar.gz"
    model.write_bytes(MODEL.read_bytes())
    with running(tmp_path / "service", BOT_MODEL=str(model)) as service:
        wait_until(service.ready, "the service is ready")
        talk, (old,) = Talk(service), service.workers()
        newer = tmp_path / "newer.tar.gz"
        newer.write_bytes(MODEL.read_bytes())
        newer.replace(model)
        while "taken over" not in service.printed():
            assert topics(talk.say(QUESTION))[0] == "report.who_sees"
            time.sleep(0.2)
        wait_until(lambda: not old.is_running(), "the old worker has ended")
        assert topics(Talk(service).say(QUESTION)) == ["report.who_sees"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_the_worker_never_outlives_the_service(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as service:
        wait_until(lambda: bool(service.workers()), "the worker was started")
        (worker,) = service.workers()
        service.process.send_signal(number)
        service.process.wait(30)
        wait_until(lambda: not worker.is_running(), "the worker has ended", 20)


def test_a_used_port_is_said_in_plain_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with running(tmp_path, PORT=str(taken.getsockname()[1])) as service:
            assert service.process.wait(60) == 1
            assert "is used by something else" in service.printed()
            assert "Traceback" not in service.printed()
