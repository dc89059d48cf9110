"""Which window a person is asked to look at next, and over the database who may be asked what."""

import uuid
from typing import Any

import numpy as np

from app import label_next
from app.candle_columns import Mask
from app.label_next import Pool
from app.models import document
from app.prediction import PredictedSpan
from app.span_ranges import IndexedSpan
from app.training import learn
from app.training.params import parse_params
from app.worker.suggest import window_of
from tests import market
from tests.conftest import Database
from tests.test_live_searches import ask, listening
from tests.test_searches import searching, store

CANDLES, PLANTED = market.planted(2_000, 60)
FLAGS = [IndexedSpan(first, last, label) for first, last, label in PLANTED if label == "flag"]


class Silent:
    def report(self, fraction: float, stage: str) -> None:
        pass

    def log(self, line: str) -> None:
        pass


def pool(
    closed: Mask | None = None, spans: list[IndexedSpan] | None = None, chart: int = 1
) -> Pool:
    nothing = np.zeros(len(CANDLES), np.bool_)
    return Pool(chart, CANDLES, nothing if closed is None else closed, spans or [])


def test_without_labels_it_begins_where_nobody_has_looked() -> None:
    closed = np.zeros(len(CANDLES), np.bool_)
    closed[:500] = True
    first, second = label_next.rank([pool(closed)], None, {}, 2)
    assert (first.first, first.last) == (500, 547)
    assert second.first == 548
    assert first.novelty is None
    fresh = pool(chart=2)
    assert label_next.rank([pool(closed), fresh], None, {}, 1)[0].chart_id == 2
    assert label_next.rank([pool(np.ones(len(CANDLES), np.bool_))], None, {}, 1) == []


def test_the_score_is_told_as_it_is_stored() -> None:
    # Rounded here to 0.395 it would be shown as 0.40, and as 0.39 on the chart.
    score = 0.39478
    choice = label_next.Choice(1, 10, 20, 0.5, 0.1, "flag", score, 0.0)
    assert window_of(choice, [pool()], 7)["score"] == score


def test_without_a_model_it_is_least_like_what_is_labelled() -> None:
    spans = FLAGS[:3]
    closed = np.zeros(len(CANDLES), np.bool_)
    closed[: spans[-1].last + 1] = True
    choices = label_next.rank([pool(closed, spans)], None, {}, 5)
    assert len(choices) == 5
    labelled = label_next.labelled_shapes([pool(closed, spans)])
    for choice in choices:
        assert not closed[choice.first : choice.last + 1].any()
        own = label_next.shapes_of(CANDLES.close, np.array([choice.first]), np.array([choice.last]))
        assert choice.novelty == label_next.novelty(own, labelled)[0]
    assert [c.value for c in choices] == sorted((c.value for c in choices), reverse=True)
    others = label_next.novelty(
        label_next.shapes_of(
            CANDLES.close,
            np.array([f.first for f in FLAGS[4:]]),
            np.array([f.last for f in FLAGS[4:]]),
        ),
        labelled,
    )
    assert choices[0].value > np.median(others)


def test_with_a_model_it_is_what_the_model_is_least_sure_of() -> None:
    seen = market.chart(CANDLES, [(span.first, span.last, "flag") for span in FLAGS[:8]])
    outcome = learn.learn([seen], parse_params({"chartIds": [1]}), 1, Silent())
    model = document.load(outcome.model, 1)
    closed = np.zeros(len(CANDLES), np.bool_)
    closed[: FLAGS[7].last + 20] = True
    sure, unsure, judged = (
        PredictedSpan(f.first, f.last, "flag", score)
        for f, score in zip((FLAGS[10], FLAGS[11], FLAGS[2]), (0.97, 0.5, 0.5), strict=True)
    )
    own = pool(closed, FLAGS[:8])
    choices = label_next.rank([own], model, {1: [sure, unsure, judged]}, 5)
    assert [(c.first, c.score) for c in choices] == [(unsure.first, 0.5), (sure.first, 0.97)]
    assert all(c.disagreement is not None and 0 <= c.disagreement <= 1 for c in choices)
    # Of a label that the model does not know it can say nothing.
    other = PredictedSpan(unsure.first, unsure.last, "other", 0.5)
    assert label_next.rank([own], model, {1: [other]}, 1)[0].label is None


def question(charts: list[int], **more: Any) -> dict[str, Any]:
    return {
        "topic": f"answer:{uuid.uuid4()}",
        "asker": str(uuid.uuid4()),
        "chartIds": charts,
        "runId": None,
        "skip": [],
        **more,
    }


def test_it_is_asked_and_answered_without_a_run(database: Database) -> None:
    chart_id = store(database, CANDLES)
    with searching(database), listening(database, "label_next") as connection:
        asked = question([chart_id])
        told = ask(connection, asked, channel="label_next")[asked["topic"]]
        assert told["problem"] is None
        assert told["window"]["chartId"] == chart_id
        assert told["window"]["examinedShare"] == 0
        again = question(
            [chart_id],
            skip=[{key: told["window"][key] for key in ("chartId", "startTime", "endTime")}],
        )
        later = ask(connection, again, channel="label_next")[again["topic"]]["window"]
        assert later["startTime"] > told["window"]["endTime"]
        nothing = question([])
        assert ask(connection, nothing, channel="label_next")[nothing["topic"]]["window"] is None
        gone = question([chart_id], runId=77)
        assert ask(connection, gone, channel="label_next")[gone["topic"]]["problem"] == (
            "Run 77 does not exist."
        )
