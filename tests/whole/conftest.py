"""One running service for the tests that only talk to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.whole.service import MODEL, WEB_PYTHON, Service, Talk, running, wait_until


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service, ready to answer every question."""
    assert WEB_PYTHON.exists() and MODEL.exists(), "run these tests with `make test`, which makes and trains all"
    with running(tmp_path_factory.mktemp("service")) as started:
        wait_until(started.ready, "the service is ready")
        yield started


@pytest.fixture
def talk(service: Service) -> Talk:
    """A new conversation."""
    return Talk(service)
