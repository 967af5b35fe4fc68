"""Runs the actions of actions/ inside this process: no action server, no HTTP."""

from __future__ import annotations

import logging
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

import actions.clarify
import actions.forms.handoff
import actions.forms.manage
import actions.forms.meeting
import actions.likely_meant
import actions.more
import actions.open_question

log = logging.getLogger(__name__)
ACTIONS = (
    actions.clarify.ActionClarify,
    actions.likely_meant.ActionLikelyMeant,
    actions.more.ActionMore,
    actions.open_question.ActionOpenQuestion,
    actions.forms.meeting.MeetingForm,
    actions.forms.manage.ManageForm,
    actions.forms.handoff.HandoffForm,
)
# An action that fails must not leave the family without an answer, which is what Rasa would do.
APOLOGY: dict[str, Any] = {"events": [], "responses": [{"response": "utter_technical_problem"}]}


def executor() -> ActionExecutor:
    """An executor that knows every action of this project, and no other class that happens to be imported."""
    made = ActionExecutor()
    for action in ACTIONS:
        made.register_action(action)
    return made


class InProcessActions(EndpointConfig):
    """Looks to Rasa like the address of an action server; calls the executor."""

    def __init__(self) -> None:
        super().__init__(url="http://in-process.invalid")
        self._executor = executor()

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Runs the action named in `json`; a form's rejection is passed on as Rasa expects it."""
        call = kwargs["json"]
        try:
            return await self._executor.run(call)
        except ActionExecutionRejection as rejection:
            body = {"action_name": rejection.action_name, "error": rejection.message}
            raise ClientResponseError(400, rejection.message, str(body).encode()) from rejection
        except Exception as error:
            # The message of an exception may quote what a family wrote, so only its kind is logged.
            log.error("action %s failed: %s", call.get("next_action"), type(error).__name__)
            return APOLOGY


def trust_own_actions() -> None:
    """Spares Rasa's JSON-schema check of each action's result: 20 ms a call, made for servers of other people."""
    RemoteAction._validate_action_result = lambda self, result: bool(result)
