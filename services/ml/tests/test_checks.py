"""What is stored for review beside a run's predictions."""

import numpy as np

from app import checks, db
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
    found, evidence = checks.candlesticks(CANDLES, spans, examined)
    assert found
    assert {own.score for own in found} == {own.hits / own.signals for own in evidence}
    [doji] = [own for own in evidence if own.name == "Doji"]
    assert doji.signals == len(before) + sum(s.last <= 20 for s in signals)
    assert all(own.first >= 1_000 - 9 and not examined[own.last] for own in found)
    assert all(own.label == "turn" and own.last - own.first == 9 for own in found)
    assert [own.score for own in found] == sorted((own.score for own in found), reverse=True)
    assert all(0 < own.score <= 1 for own in found)
    assert checks.candlesticks(CANDLES, [], examined) == ([], [])
    assert checks.candlesticks(CANDLES, spans, ~examined & False) == ([], [])


def test_a_chart_pattern_comes_with_the_precision_it_has_had() -> None:
    found = chart_patterns.find(CANDLES)
    name = max(found, key=lambda one: len(found[one]))
    before = [int(last) for last in found[name] if 20 < last < 1_000]
    spans = [IndexedSpan(last - 9, last, "double") for last in before]
    examined = np.arange(len(CANDLES)) < 1_000
    proposed, evidence = checks.chart_patterns(CANDLES, spans, examined)
    assert all(2 <= own.hits <= own.signals and "_" not in own.name for own in evidence)
    unseen = [int(last) for last in found[name] if last >= 1_000]
    assert {1.0} == {own.score for own in proposed if own.last in unseen}
    assert any(own.last in unseen for own in proposed)
    assert all(own.label == "double" and not examined[own.last] for own in proposed)
    assert checks.chart_patterns(CANDLES, [], examined) == ([], [])


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
        wait_until(lambda: worker.finished["succeeded"] == 1)
    before = stored()
    assert [model for model, _ in before] == [
        "label-errors",
        "missed",
        "candlesticks",
        "chart-patterns",
    ]
    assert sum(count for _, count in before) > 0
    unexplained = database.owner.execute(
        "select p.id from predictions p join training_runs r on r.id = p.training_run_id"
        " where r.params->>'model' in ('candlesticks', 'chart-patterns') and not exists ("
        " select from jsonb_to_recordset(r.params->'evidence')"
        ' as own ("chartId" int, signals int, hits int) where own."chartId" = p.chart_id'
        " and abs(own.hits / own.signals::float8 - p.score) < 1e-9)"
    ).fetchall()
    assert unexplained == []
    told = database.owner.execute(
        "select count(teaches)::int, count(*)::int from predictions p"
        " join training_runs r on r.id = p.training_run_id where params ? 'runId'"
        " or score >= (metrics->>'threshold')::float8"
    ).fetchone()
    assert told is not None
    assert told[0] == told[1] > 0
    with working(database.url) as worker:
        queue(database, chart_id)
        wait_until(lambda: worker.finished["succeeded"] == 1)
    after = stored()
    assert [count for _, count in after[:4]] == [0, 0, 0, 0]
    assert after[4:] == before


def test_what_a_run_did_not_find_is_asked_about() -> None:
    spans = [
        IndexedSpan(100, 119, "flag"),
        IndexedSpan(200, 219, "flag"),
        IndexedSpan(200, 219, "flag"),
        IndexedSpan(300, 319, "flag"),
        IndexedSpan(400, 419, "flag"),
        IndexedSpan(500, 519, "O"),
        IndexedSpan(600, 619, "not learnt"),
    ]
    said = [
        PredictedSpan(102, 121, "flag", 0.6),
        PredictedSpan(204, 221, "flag", 0.3),
        PredictedSpan(300, 319, "other", 0.9),
        PredictedSpan(412, 431, "flag", 0.9),
    ]
    assert checks.missed(spans, said, {"flag", "other"}, 0.5) == [
        PredictedSpan(300, 319, "flag", 1.0),
        PredictedSpan(400, 419, "flag", 1.0),
        PredictedSpan(200, 219, "flag", 0.7),
    ]
    assert checks.missed(spans, [], {"flag"}, 0.5)[0].score == 1.0


def test_what_was_answered_is_not_asked_again(database: Database) -> None:
    chart_id = market.store(database.owner, market.chart(CANDLES, PLANTED[:3]))
    found = {chart_id: (CANDLES.time, [PredictedSpan(9, 29, "flag", 0.8)])}

    def asked() -> int:
        with db.connect(database.url) as connection:
            run_id = checks.store(connection, "missed", 1, found, {})
        rows = database.owner.execute(
            "select from predictions where training_run_id = %s", (run_id,)
        )
        return len(rows.fetchall())

    assert asked() == 1
    database.owner.execute(
        "update predictions set status = 'confirmed', span_uid = gen_random_uuid(),"
        " reviewed_at = now()"
    )
    assert asked() == 0
