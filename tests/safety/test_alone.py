"""Contact questions are known without the assistant; other questions are left to it."""

from __future__ import annotations

import pytest

from web.safety.alone import Alone


@pytest.mark.parametrize(
    "text",
    [
        "What is your phone number?",
        "whats ur number",
        "how can I contact you",
        "How do I get in touch with the Partnership?",
        "who do i ring about this",
        "can I have an email address",
        "is there a phone number",
        "which number do i call",
        "can i ring someone",
    ],
)
def test_contact_questions_are_known(alone: Alone, text: str) -> None:
    assert alone.topic(text, None) == "contact.details"


@pytest.mark.parametrize(
    "text",
    [
        "Who will see the report?",
        "my number has changed",
        "what is my reference number",
        "will the police contact me",
        "a number of people came to the meeting",
        "have you got the police number",
        "how long does it take",
        "",
    ],
)
def test_other_questions_are_left_alone(alone: Alone, text: str) -> None:
    assert alone.topic(text, None) is None


@pytest.mark.parametrize(
    ("choice", "topic"),
    [("contact.details", "contact.details"), ("safety.child", "safety.child"), ("report.who_sees", None), (None, None)],
)
def test_a_tapped_choice_needs_no_guess(alone: Alone, choice: str | None, topic: str | None) -> None:
    assert alone.topic("tap", choice) == topic
