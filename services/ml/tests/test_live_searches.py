"""Searches that are asked for and answered by NOTIFY while an edge moves."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import psycopg
import pytest

from app import db
from app.candle_columns import Candles
from app.errors import BadInput
from app.span_ranges import Span
from app.worker.answers import Question, newest_of_each
from tests import market
from tests.conftest import Database, Server, wait_until
from tests.test_searches import FLAGS, overlap, searching, seconds, store


def asked(
    candles: Candles, chart_id: int, window: tuple[int, int], **more: object
) -> dict[str, Any]:
    return {
        "topic": f"answer:{uuid.uuid4()}",
        "asker": str(uuid.uuid4()),
        "chartId": chart_id,
        "startTime": seconds(candles, window[0]),
        "endTime": seconds(candles, window[1]),
        "label": "flag",
        **more,
    }


def is_heard(database: Database, channel: str = "live_searches") -> bool:
    hears = "select from pg_stat_activity where query = %s and datname = current_database()"
    return database.owner.execute(hears, (f"listen {channel}",)).rowcount == 1


@contextmanager
def listening(database: Database, channel: str = "live_searches") -> Iterator[db.Connection]:
    """As a web app does, once the searcher hears."""
    wait_until(lambda: is_heard(database, channel))
    with db.connect(database.url) as connection:
        connection.execute("listen chart")
        yield connection


def ask(
    connection: db.Connection, *questions: dict[str, Any], channel: str = "live_searches"
) -> dict[str, Any]:
    """All at once; what came back, by topic."""
    with connection.transaction():
        for question in questions:
            connection.execute("select pg_notify(%s, %s)", (channel, json.dumps(question)))
    told: dict[str, Any] = {}
    for notice in connection.notifies(timeout=60, stop_after=len(questions)):
        topic, _, message = notice.payload.partition(" ")
        told[topic] = json.loads(message)
    return told


def windows(candles: Candles, answer: dict[str, Any]) -> list[tuple[int, int]]:
    ends = [(round(m["startTime"] * 1e6), round(m["endTime"] * 1e6)) for m in answer["matches"]]
    numbers = np.searchsorted(candles.time, np.array(ends))
    return [(int(first), int(last)) for first, last in numbers]


def test_the_answer_is_what_the_candles_and_spans_say_now(database: Database) -> None:
    candles, _ = market.planted(2_000, 60)
    chart_id = store(database, candles)
    with searching(database), listening(database) as connection:
        question = asked(candles, chart_id, FLAGS[0])
        found = windows(candles, ask(connection, question)[question["topic"]])
        assert any(overlap(window, FLAGS[1]) > 0.5 for window in found)
        assert all(overlap(window, FLAGS[0]) <= 0.3 for window in found)
        first, last = FLAGS[1]
        span = Span(chart_id, int(candles.time[first]), int(candles.time[last]), "flag")
        market.add_span(database.owner, chart_id, span)
        database.owner.execute("update charts set rev = rev + 1 where id = %s", (chart_id,))
        later = windows(candles, ask(connection, question)[question["topic"]])
        assert all(overlap(window, FLAGS[1]) <= 0.3 for window in later)
        until = seconds(candles, FLAGS[1][0])
        limited = ask(connection, {**question, "until": until})[question["topic"]]
        assert limited["matches"]
        assert all(match["endTime"] <= until for match in limited["matches"])
    stored = database.owner.execute("select count(*) from training_runs").fetchone()
    assert stored == (0,)


def test_who_hears_questions_of_another_database_is_not_taken_for_the_searcher(
    database: Database, postgres: Server
) -> None:
    with psycopg.connect(postgres.admin_url, autocommit=True) as another:
        another.execute("listen live_searches")
        assert not is_heard(database)
        with searching(database), listening(database):
            assert is_heard(database)


def test_what_cannot_be_looked_for_is_answered_with_a_sentence(database: Database) -> None:
    candles, _ = market.planted(2_000, 60)
    chart_id = store(database, candles)
    with searching(database), listening(database) as connection:
        short = asked(candles, chart_id, (10, 11))
        gone = asked(candles, chart_id + 1, FLAGS[0])
        told = ask(connection, short, gone)
        assert "4 to 4096 candles" in told[short["topic"]]["problem"]
        assert told[gone["topic"]]["problem"] == f"There is no chart {chart_id + 1}."
        # A word that is none is passed over, and the next one answered.
        connection.execute("select pg_notify('live_searches', 'nonsense')")
        good = asked(candles, chart_id, FLAGS[0])
        assert ask(connection, good)[good["topic"]]["matches"]


def test_of_what_one_asker_asked_meanwhile_only_the_newest_is_searched_for() -> None:
    def question(topic: str, asker: str) -> Question:
        return Question(topic, asker, {})

    first, again, other = question("a", "me"), question("b", "me"), question("c", "you")
    assert newest_of_each([first, other, again]) == ([again, other], [first])
    # The same question, asked twice since an answer may have been missed.
    assert newest_of_each([first, first]) == ([first], [])
    with pytest.raises(BadInput, match="not JSON"):
        Question.parse("liveSearchRequest", "{")
