"""Searches for an example whose edges somebody moves: asked for and answered by NOTIFY, from
candles in memory. Nothing is stored, and what nobody heard is lost."""

import json
import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import db, span_ranges
from ..errors import BadInput, MlError, NotFound
from ..search import KeptBlocks
from ..training.params import with_defaults
from .held import HeldChart, HeldCharts
from .search import candle_count, candle_numbers, judged_windows

CHANNEL = "live_searches"
ANSWERS = "chart"
"""The channel that a web app listens on; the payload begins with the topic of whoever asked."""
STRETCHES = (0.75, 1.0, 1.35)
"""Fewer lengths than a stored search tries, for an answer before the edge has moved on."""
MAX_MATCHES = 40
PAUSE_S = 2.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Question:
    topic: str
    asker: str
    chart_id: int
    label: str
    start: int
    """First and last candle of the example: microseconds since 1970 in UTC."""
    end: int
    until: int | None
    """The last candle that may be looked at; None for all."""

    @classmethod
    def parse(cls, payload: str) -> "Question":
        """Raises BadInput."""
        try:
            own = with_defaults("liveSearchRequest", json.loads(payload))
        except ValueError as error:
            raise BadInput(f"A live search is not JSON: {error}") from error
        return cls(
            own["topic"],
            own["asker"],
            int(own["chartId"]),
            own["label"],
            round(own["startTime"] * 1_000_000),
            round(own["endTime"] * 1_000_000),
            None if own["until"] is None else round(own["until"] * 1_000_000),
        )


def newest_of_each(questions: Iterable[Question]) -> tuple[list[Question], list[Question]]:
    """The last question of each asker, and those that it makes pointless."""
    kept = {question.asker: question for question in questions}
    topics = {question.topic for question in kept.values()}
    return list(kept.values()), [q for q in questions if q.topic not in topics]


class LiveSearcher:
    """A thread of its own, since people wait while it answers."""

    def __init__(self, url: str, held: HeldCharts) -> None:
        self._url = url
        self._held = held
        self._kept = KeptBlocks()
        self._chart: _Read | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="live searches", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float | None = None) -> None:
        self._stopping.set()
        self._thread.join(timeout)

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                with db.connect(self._url) as listening, db.connect(self._url) as asking:
                    listening.execute(f"listen {CHANNEL}")
                    while not self._stopping.is_set():
                        self._answer_all(listening, asking)
            except MlError as error:
                log.warning("Live searches: %s Trying again in %.0f s.", error, PAUSE_S)
                self._stopping.wait(PAUSE_S)
            except Exception:
                log.exception("Live searches failed; trying again in %.0f s", PAUSE_S)
                self._stopping.wait(PAUSE_S)

    def _answer_all(self, listening: db.Connection, asking: db.Connection) -> None:
        """What has come by now; waits a little where nothing has."""
        questions = []
        for notice in [
            *listening.notifies(timeout=0.5, stop_after=1),
            *listening.notifies(timeout=0),
        ]:
            try:
                questions.append(Question.parse(notice.payload))
            except BadInput as error:
                log.warning("%s", error)
        wanted, pointless = newest_of_each(questions)
        for question in pointless:
            _send(asking, question)
        for question in wanted:
            try:
                _send(asking, question, matches=self._search(asking, question))
            except (BadInput, NotFound) as error:
                _send(asking, question, problem=str(error))

    def _search(self, asking: db.Connection, question: Question) -> list[dict[str, float]]:
        chart, drawn = self._read(asking, question.chart_id)
        first, last = candle_numbers(chart.time, question.start, question.end)
        query = chart.series.query(first, last)
        matches = chart.series.search(
            query,
            MAX_MATCHES,
            lengths=query.lengths(STRETCHES),
            judged=[*judged_windows(chart.time, drawn, question.label), (first, last)],
            stop=candle_count(chart.time, question.until),
            kept=self._kept,
        )
        return [
            {
                "startTime": int(chart.time[match.first]) / 1_000_000,
                "endTime": int(chart.time[match.last]) / 1_000_000,
                "score": round(match.correlation, 3),
            }
            for match in matches
        ]

    def _read(
        self, asking: db.Connection, chart_id: int
    ) -> tuple[HeldChart, Sequence[span_ranges.Span]]:
        """The chart's candles and spans as they are now; from memory where nothing has changed."""
        row = asking.execute(
            "select rev, data_rev from charts where id = %s", (chart_id,)
        ).fetchone()
        if row is None:
            raise NotFound(f"There is no chart {chart_id}.")
        key = (chart_id, *row)
        if self._chart is None or self._chart.key != key:
            with db.snapshot(self._url) as snapshot:
                now = snapshot.read_charts([chart_id]).to_pylist()[0]
                chart = self._held.get(snapshot, chart_id, now["data_rev"])
                spans = db.to_spans(chart_id, snapshot.read_spans(chart_id))
            self._chart = _Read((chart_id, now["rev"], now["data_rev"]), chart, spans)
        return self._chart.chart, self._chart.spans


@dataclass(frozen=True)
class _Read:
    key: tuple[int, int, int]
    """Chart, rev and data_rev."""
    chart: HeldChart
    spans: Sequence[span_ranges.Span]


def _send(
    asking: db.Connection,
    question: Question,
    *,
    matches: list[dict[str, float]] | None = None,
    problem: str | None = None,
) -> None:
    answer = json.dumps({"matches": matches, "problem": problem})
    asking.execute("select pg_notify(%s, %s)", (ANSWERS, f"{question.topic} {answer}"))
