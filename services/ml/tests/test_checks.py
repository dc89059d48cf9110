"""What is stored for review beside a run's predictions."""

import numpy as np

from app import checks
from app.features import chart_patterns, patterns
from app.prediction import PredictedSpan
from app.span_ranges import IndexedSpan
from tests import market
from tests.conftest import Database, wait_until
from tests.test_worker import queue, working

CANDLES, PLANTED = market.planted(2_000, 60)


def test_a_candlestick_comes_with_the_precision_it_has_had() -> None:
    signals = [s for s in patterns.find(CANDLES, patterns.NAMES) if s.name == "CDLDOJI"]
    before = [s.last for s in signals if 20 < s.last < 1_000]
    # Every second doji before the middle ends a span; nobody has looked behind the middle.
    ends = before[::2]
    spans = [IndexedSpan(last - 9, last, "turn") for last in ends]
    examined = np.arange(len(CANDLES)) < 1_000
    found = checks.candlesticks(CANDLES, spans, examined)
    assert found
    assert all(own.first >= 1_000 - 9 and not examined[own.last] for own in found)
    assert all(own.label == "turn" and own.last - own.first == 9 for own in found)
    assert [own.score for own in found] == sorted((own.score for own in found), reverse=True)
    assert all(0 < own.score <= 1 for own in found)
    assert checks.candlesticks(CANDLES, [], examined) == []
    assert checks.candlesticks(CANDLES, spans, ~examined & False) == []


def test_a_chart_pattern_comes_with_the_precision_it_has_had() -> None:
    found = chart_patterns.find(CANDLES)
    name = max(found, key=lambda one: len(found[one]))
    before = [int(last) for last in found[name] if 20 < last < 1_000]
    spans = [IndexedSpan(last - 9, last, "double") for last in before]
    examined = np.arange(len(CANDLES)) < 1_000
    proposed = checks.chart_patterns(CANDLES, spans, examined)
    unseen = [int(last) for last in found[name] if last >= 1_000]
    assert {1.0} == {own.score for own in proposed if own.last in unseen}
    assert any(own.last in unseen for own in proposed)
    assert all(own.label == "double" and not examined[own.last] for own in proposed)
    assert checks.chart_patterns(CANDLES, [], examined) == []


def test_only_errors_with_something_to_propose_are_stored() -> None:
    spans = [IndexedSpan(100, 119, "flag"), IndexedSpan(102, 121, "flag")]
    said = [PredictedSpan(100, 119, "flag", 0.9), PredictedSpan(300, 319, "flag", 0.8)]
    found = checks.likely_errors(spans, said, np.ones(2_000, np.bool_))
    assert found == [PredictedSpan(300, 319, "flag", 0.8)]


def test_a_run_leaves_what_else_to_review_in_the_place_of_what_waited(database: Database) -> None:
    chart_id = market.store(database.owner, market.chart(CANDLES, PLANTED[:20]))

    def stored() -> list[tuple[str, int]]:
        return database.owner.execute(
            "select params->>'model', count(p.id)::int from training_runs r"
            " left join predictions p on p.training_run_id = r.id"
            " where r.status = 'succeeded' and params ? 'runId' group by r.id order by r.id"
        ).fetchall()

    with working(database.url) as worker:
        queue(database, chart_id)
        wait_until(lambda: worker.finished["succeeded"] == 1, 120)
    before = stored()
    assert [model for model, _ in before] == ["label-errors", "candlesticks", "chart-patterns"]
    assert sum(count for _, count in before) > 0
    with working(database.url) as worker:
        queue(database, chart_id)
        wait_until(lambda: worker.finished["succeeded"] == 1, 120)
    after = stored()
    assert after[:3] == [("label-errors", 0), ("candlesticks", 0), ("chart-patterns", 0)]
    assert after[3:] == before
