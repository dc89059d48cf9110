"""Questions that people wait for: asked and answered by NOTIFY, so that nothing is stored; what
nobody heard is lost, and its asker is told so by the clock."""

import json
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import db
from ..errors import BadInput, MlError, NotFound
from ..training.params import with_defaults
from .complaints import Complaint

ANSWERS = "chart"
"""The channel that a web app listens on; the payload begins with the topic of whoever asked."""
PAUSE_S = 2.0
log = logging.getLogger(__name__)

Answer = Callable[[db.Connection, Mapping[str, Any]], Mapping[str, Any]]
"""What is answered to a question. Raises BadInput and NotFound with a sentence for people."""


@dataclass(frozen=True)
class Question:
    topic: str
    asker: str
    says: Mapping[str, Any]
    """All of it, as the contract's schema has it."""

    @classmethod
    def parse(cls, schema: str, payload: str) -> "Question":
        """Raises BadInput."""
        try:
            own = with_defaults(schema, json.loads(payload))
        except ValueError as error:
            raise BadInput(f"A question is not JSON: {error}") from error
        return cls(own["topic"], own["asker"], own)


def newest_of_each(questions: Iterable[Question]) -> tuple[list[Question], list[Question]]:
    """The last question of each asker, and those that it makes pointless."""
    kept = {question.asker: question for question in questions}
    topics = {question.topic for question in kept.values()}
    return list(kept.values()), [q for q in questions if q.topic not in topics]


class Answerer:
    """Answers what comes on one channel, in a thread of its own. `nothing` is the answer to a
    question that a newer one of its asker has overtaken; with a problem it says why."""

    def __init__(
        self, url: str, channel: str, schema: str, nothing: Mapping[str, Any], answer: Answer
    ) -> None:
        self._url, self._channel, self._schema = url, channel, schema
        self._nothing, self._answer = nothing, answer
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=channel, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float | None = None) -> None:
        self._stopping.set()
        self._thread.join(timeout)

    def _work(self) -> None:
        complaint = Complaint(log, f"{self._channel}: ")
        while not self._stopping.is_set():
            try:
                with db.connect(self._url) as listening, db.connect(self._url) as asking:
                    listening.execute(f"listen {self._channel}")
                    complaint.over()
                    while not self._stopping.is_set():
                        self._answer_all(listening, asking)
            except MlError as error:
                complaint.tell(error)
                self._stopping.wait(PAUSE_S)
            except Exception:
                log.exception("%s failed; trying again in %.0f s", self._channel, PAUSE_S)
                self._stopping.wait(PAUSE_S)

    def _answer_all(self, listening: db.Connection, asking: db.Connection) -> None:
        """What has come by now; waits a little where nothing has."""
        questions = []
        for notice in [
            *listening.notifies(timeout=0.5, stop_after=1),
            *listening.notifies(timeout=0),
        ]:
            try:
                questions.append(Question.parse(self._schema, notice.payload))
            except BadInput as error:
                log.warning("%s", error)
        wanted, pointless = newest_of_each(questions)
        for question in pointless:
            _send(asking, question, self._nothing)
        for question in wanted:
            try:
                _send(asking, question, self._answer(asking, question.says))
            except (BadInput, NotFound) as error:
                _send(asking, question, {**self._nothing, "problem": str(error)})


def _send(asking: db.Connection, question: Question, answer: Mapping[str, Any]) -> None:
    asking.execute("select pg_notify(%s, %s)", (ANSWERS, f"{question.topic} {json.dumps(answer)}"))


def microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)
