from dataclasses import replace

import numpy as np
import pytest

from app import span_edges
from app.candle_columns import Mask
from app.features import windows
from app.features.windows import Windows
from app.models import document
from app.prediction import PredictedSpan
from app.span_edges import SpanEdges
from app.span_ranges import IndexedSpan
from app.worker.predict import find_spans
from tests import market
from tests.test_training import CANDLES, WHERE, learn

NOTHING = np.zeros((0, 2), np.int64)


def everywhere(_: Windows, after: Windows) -> Mask:
    return np.ones(len(after), np.bool_)


def spans(*edges: tuple[int, int], label: str = "a") -> list[PredictedSpan]:
    return [PredictedSpan(first, last, label, 0.5) for first, last in edges]


def test_edges_that_are_off_alike_are_put_right() -> None:
    """Windows begin too soon and end too late by a share that the last candle does not tell."""
    drawn = np.array([(first, last) for first, last, _ in WHERE])
    number = np.repeat(np.arange(len(drawn)), 9)
    rng = np.random.default_rng(0)
    bars = (drawn[:, 1] - drawn[:, 0] + 1)[number]
    off = rng.uniform(-0.25, 0.25, (len(number), 2)) * bars[:, None]
    first, last = np.clip(np.rint(drawn[number] + off).astype(np.int64), 0, len(CANDLES) - 1).T
    order = np.argsort(first, kind="stable")
    grid, number = Windows(first[order], last[order]), number[order]
    learnt = number < 30
    edges = span_edges.learn(
        windows.compute_features(CANDLES, grid)[learnt],
        grid.take(learnt),
        number[learnt],
        drawn[number[learnt]],
        seed=0,
    )
    rest = np.flatnonzero(~learnt)
    before = np.stack([grid.first, grid.last], axis=1)[rest]
    told = span_edges.said(
        CANDLES,
        spans(*((a, b) for a, b in before.tolist())),
        np.zeros(len(rest), np.int64),
        {0: [edges]},
    )
    truth = drawn[number[rest]]
    assert np.abs(told - truth).mean() < 0.8 * np.abs(before - truth).mean()


def test_how_far_to_follow_is_told_by_what_it_would_have_brought() -> None:
    found = spans((100, 119), (200, 219), (300, 319))
    drawn = [IndexedSpan(own.first + 2, own.last + 2, "a") for own in found]
    told = np.array([(own.first, own.last) for own in found], float)
    [right] = span_edges.pairs(found, told + 2, drawn).values()
    assert span_edges.pull_of(right) == pytest.approx(1.0)
    [twice] = span_edges.pairs(found, told + 4, drawn).values()
    assert span_edges.pull_of(twice) == pytest.approx(0.5)
    [wrong] = span_edges.pairs(found, told - 2, drawn).values()
    assert span_edges.pull_of(wrong) == 0.0
    assert span_edges.pairs(found, told, [replace(own, label="b") for own in drawn]) == {}


def test_a_span_goes_only_where_there_is_room_and_it_may() -> None:
    found = spans((100, 119), (121, 140), (300, 319))
    told = np.array([(100, 135), (121, 140), (310, 329)], float)
    half = span_edges.moved(found, told, {"a": 0.5}, everywhere)
    assert [(own.first, own.last) for own in half] == [(100, 119), (121, 140), (305, 324)]
    stay = span_edges.moved(found, told, {}, everywhere)
    assert stay == found
    refused = span_edges.moved(found, told, {"a": 1.0}, lambda _, after: after.last < 320)
    assert refused == found


def test_a_stored_model_moves_edges_as_the_run_did() -> None:
    model = document.load(learn(market.chart(CANDLES, WHERE)).model, 1)
    assert model.edges is not None
    assert set(model.edges.pull) == {"flag", "valley"}
    other = market.planted(2_500, 40, seed=3)[0]
    with_edges = find_spans(model, other, 0, NOTHING)
    content = document.dump(model)
    assert find_spans(document.load(content, 1), other, 0, NOTHING) == with_edges
    without = find_spans(replace(model, edges=None), other, 0, NOTHING)
    assert len(without) == len(with_edges)
    assert {(own.first, own.last) for own in without} != {
        (own.first, own.last) for own in with_edges
    }
    # What was stored before edges were learnt has none, and goes on working.
    earlier = document.load(document.dump(replace(model, edges=None)), 1)
    assert find_spans(earlier, other, 0, NOTHING) == without
    half = find_spans(model, other, 1_200, NOTHING)
    assert min(own.first for own in half) >= 1_200
    pull = SpanEdges(model.edges.edges, {"flag": 0.0, "valley": 0.0})
    assert pull.apply(other, without, everywhere) == without
