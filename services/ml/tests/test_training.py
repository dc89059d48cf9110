import itertools
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app import prediction
from app.candle_columns import Candles, Floats, Matrix
from app.errors import NotEnoughData, Stopped
from app.features import windows
from app.labels.samples import Chart
from app.models import document as documents
from app.span_ranges import NEGATIVE, Span, human_spans
from app.training import learn as training
from app.training.learn import Outcome
from app.training.params import parse_params
from tests import market


class Listener:
    def __init__(self, stop_at: float = 2.0) -> None:
        self.reports: list[tuple[float, str]] = []
        self.lines: list[str] = []
        self._stop_at = stop_at

    def report(self, fraction: float, stage: str) -> None:
        if fraction > self._stop_at:
            raise Stopped
        self.reports.append((fraction, stage))

    def log(self, line: str) -> None:
        self.lines.append(line)


def learn(
    *charts: Chart,
    threads: int = 1,
    listener: Listener | None = None,
    is_measured: bool = False,
    **params: Any,
) -> Outcome:
    """With point figures alone, unless all of them are asked for: those take as long again."""
    given = {"chartIds": [chart.id for chart in charts], "folds": 4, **params}
    listener = listener or Listener()
    outcome = training.learn(charts, parse_params(given), threads, listener)
    return replace(outcome, metrics=outcome.measure(listener)) if is_measured else outcome


def found_by(model: documents.Model, candles: Candles) -> list[prediction.PredictedSpan]:
    header = model.header
    return prediction.find(
        candles, header.lengths, header.labels, lambda _, matrix: model.classifier.predict(matrix)
    )


CANDLES, WHERE = market.planted(2_500, 60)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return learn(market.chart(CANDLES, WHERE), is_measured=True)


def test_the_figures_of_easy_patterns(outcome: Outcome) -> None:
    """How good models are is for tests/test_quality.py to say; these are as steep as can be."""
    metrics = outcome.metrics
    assert metrics["spanF1"] >= 0.6
    assert metrics["leaks"] == 0
    assert [row["label"] for row in metrics["perLabel"]] == ["flag", "valley"]
    assert sum(row["support"] for row in metrics["perLabel"]) == len(WHERE)
    quality = metrics["quality"]
    for name in ("f1", "precision", "recall"):
        low, high = quality[name]["interval"]
        assert low <= quality[name]["value"] <= high
        assert quality[name]["chance"] < 0.3 < quality[name]["value"]
    assert quality["f1"]["value"] == metrics["spanF1"]
    assert 0 < quality["meanAp"]["chance"] < quality["meanAp"]["baseline"] + 0.2
    assert quality["spans"] == len(WHERE)
    assert quality["found"] <= min(quality["shown"], quality["spans"])
    edges = quality["boundaryError"]
    assert edges["start"] <= 5
    assert edges["interval"][0] <= (edges["start"] + edges["end"]) / 2 <= edges["interval"][1]
    low, high = quality["meanAp"]["interval"]
    assert low <= quality["meanAp"]["value"] <= high
    for row in metrics["perLabel"]:
        assert row["interval"][0] <= row["f1"] <= row["interval"][1]
        assert row["chance"] < row["f1"]
        assert 0 <= row["baseline"] <= 1
    recalls = [point["recall"] for point in metrics["curve"]]
    assert recalls == sorted(recalls)
    assert metrics["calibrationError"] <= 0.15


def test_the_learning_curve_ends_with_the_run_itself(outcome: Outcome) -> None:
    curve, more = outcome.metrics["learningCurve"], outcome.metrics["nextSpans"]
    assert [point["spans"] for point in curve] == [
        round(len(WHERE) * share) for share in (1 / 3, 2 / 3, 1)
    ]
    assert curve[-1]["f1"] == outcome.metrics["spanF1"]
    assert all(p["interval"][0] <= p["f1"] <= p["interval"][1] for p in curve)
    assert more["count"] == 20
    assert more["gain"][0] < more["gain"][1] < 0.5
    assert curve[0]["f1"] < curve[-1]["f1"] + 0.1


def test_of_few_tested_spans_only_counts_are_told() -> None:
    listener = Listener()
    chart = market.chart(CANDLES, WHERE[:9])
    outcome = learn(chart, folds=3, listener=listener, is_measured=True)
    assert "learningCurve" not in outcome.metrics
    assert all("chance" not in row for row in outcome.metrics["perLabel"])
    assert listener.lines[-1].startswith("Out of sample: ")
    assert "of 9 spans found" in listener.lines[-1]


def test_two_people_who_agree_have_not_seen_two_patterns(outcome: Outcome) -> None:
    chart = market.chart(CANDLES, WHERE)
    twice = learn(replace(chart, spans=human_spans([*chart.spans, *chart.spans])))
    assert twice.metrics["quality"]["spans"] == len(WHERE)
    assert twice.metrics["spanF1"] >= outcome.metrics["spanF1"] - 0.05


def test_windows_that_are_not_asked_about_hardly_change_what_is_shown(
    outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = documents.load(outcome.model, 1)
    asked: list[int] = []

    def shown() -> list[prediction.PredictedSpan]:
        def predict(grid: windows.Windows, matrix: Matrix) -> Floats:
            asked[-1] += len(grid)
            return model.classifier.predict(matrix)

        asked.append(0)
        candles, header = market.planted(10_000, 200, seed=5)[0], model.header
        found = prediction.find(candles, header.lengths, header.labels, predict)
        return [own for own in found if own.score >= 0.3]

    some = shown()
    monkeypatch.setattr(windows, "GROUP", 1)
    all_ = shown()
    same = [
        (own, other)
        for own in some
        for other in all_
        if own.label == other.label
        and max(abs(own.first - other.first), abs(own.last - other.last)) <= 1
    ]
    assert len(same) >= 0.98 * max(len(some), len(all_)) > 20
    assert asked[0] < 0.8 * asked[1]


def test_shuffled_labels_teach_nothing() -> None:
    rng = np.random.default_rng(0)
    lengths = [last - first for first, last, _ in WHERE]
    firsts = np.sort(rng.choice(len(CANDLES) // 50 - 1, len(WHERE), replace=False)) * 50
    shuffled = [
        (int(first), int(first) + length, str(rng.choice(["flag", "valley"])))
        for first, length in zip(firsts, lengths, strict=True)
    ]
    metrics = learn(market.chart(CANDLES, shuffled), is_measured=True).metrics
    low, _ = metrics["quality"]["f1"]["interval"]
    assert low <= metrics["quality"]["f1"]["chance"] + 0.05
    assert metrics["leaks"] == 0


def test_a_pattern_that_is_not_there_is_not_found_elsewhere(outcome: Outcome) -> None:
    """On a random walk the model finds little; on another planted chart as much as at home."""
    model = documents.load(outcome.model, threads=1)
    header = model.header

    def sure(candles: Any) -> list[prediction.PredictedSpan]:
        raw = found_by(model, candles)
        found = prediction.calibrated(raw, model.calibration)
        return [span for span in found if span.score >= header.threshold]

    candles, where = market.planted(2_500, 60, seed=7)
    found = sure(candles)
    hits = sum(
        any(
            span.label == label
            and min(span.last, last) - max(span.first, first) + 1
            >= 0.5 * (max(span.last, last) - min(span.first, first) + 1)
            for span in found
        )
        for first, last, label in where
    )
    assert hits >= 0.8 * len(where)
    assert len(found) <= 1.4 * len(where)
    assert len(sure(market.walk(2_500, seed=3))) <= 0.7 * len(where)


def test_the_same_data_gives_the_same_model(outcome: Outcome) -> None:
    chart = market.chart(CANDLES, WHERE)
    again = learn(replace(chart, name="renamed", rev=9), threads=2, is_measured=True)
    assert again.model == outcome.model
    assert again.metrics == outcome.metrics
    assert again.predictions == outcome.predictions
    assert again.dataset["sha256"] == outcome.dataset["sha256"]
    assert learn(chart, seed=1).model != outcome.model


def test_any_change_of_the_data_changes_its_hash(outcome: Outcome) -> None:
    closes = CANDLES.close.copy()
    closes[0] = np.nextafter(closes[0], np.inf)
    changed = [
        market.chart(replace(CANDLES, close=closes), WHERE),
        market.chart(CANDLES, WHERE[1:]),
    ]
    hashes = {learn(chart, folds=2).dataset["sha256"] for chart in changed}
    assert len(hashes | {outcome.dataset["sha256"]}) == 3


def test_the_dataset_tells_what_was_seen(outcome: Outcome) -> None:
    dataset = outcome.dataset
    assert json.loads(json.dumps(dataset)) == dataset
    first, last = max(0, WHERE[0][0] - 48), min(2_499, WHERE[-1][1] + 48)
    seen = CANDLES.time[first] / 1e6, CANDLES.time[last] / 1e6
    assert dataset["charts"][0] | {"spans": 0} == {
        "id": 1,
        "name": "chart 1",
        "rev": 1,
        "dataRev": 1,
        "candles": 2_500,
        "from": CANDLES.time[0] / 1e6,
        "to": CANDLES.time[-1] / 1e6,
        "spans": 0,
        "staleSpans": 0,
        "examinedCandles": last - first + 1,
        "examinedFrom": seen[0],
        "examinedTo": seen[1],
        "examinedRanges": 1,
        "trainedOn": [list(seen)],
    }
    assert dataset["features"] == list(windows.NAMES)
    assert set(dataset["versions"]) == {"lightgbm", "numpy", "scikit-learn", "TA-Lib"}
    assert dataset["params"]["folds"] == 4


def test_metrics_add_up(outcome: Outcome) -> None:
    metrics = outcome.metrics
    assert json.loads(json.dumps(metrics)) == metrics
    counts = np.array(metrics["confusion"]["counts"])
    assert metrics["confusion"]["labels"] == ["flag", "valley", "none"]
    assert counts[:2].sum(axis=1).tolist() == [row["support"] for row in metrics["perLabel"]]
    assert counts[:, :2].sum(axis=0).tolist() == [row["predicted"] for row in metrics["perLabel"]]
    folds = metrics["folds"]
    assert len(folds) == 4
    assert sum(fold["spans"] for fold in folds) == len(WHERE)
    examined = min(2_499, WHERE[-1][1] + 48) - max(0, WHERE[0][0] - 48) + 1
    assert sum(fold["testCandles"] for fold in folds) == examined
    for fold in folds:
        assert fold["trainCandles"] + fold["testCandles"] + fold["purged"] == examined
        assert fold["purged"] > 0
    assert [a["to"] < b["from"] for a, b in itertools.pairwise(folds)] == [True] * 3
    assert 0 < sum(row["share"] for row in metrics["importance"]) <= 1 + 1e-9
    shown = metrics["scoreCalibration"]
    assert sum(row["count"] for row in shown) >= metrics["quality"]["shown"]


def test_predictions_of_what_was_learnt_from_are_out_of_fold() -> None:
    """Labels at random can be learnt by heart, and the final model did; what people review comes
    from models that did not see them."""
    rng = np.random.default_rng(1)
    candles = market.walk(1_500)
    where = [(int(first) * 50, int(first) * 50 + 14, "x") for first in rng.permutation(29)[:15]]
    outcome = learn(market.chart(candles, where))
    model = documents.load(outcome.model, threads=1)
    by_heart = found_by(model, candles)

    def alike(found: list[prediction.PredictedSpan]) -> int:
        return sum(
            any(abs(span.first - first) + abs(span.last - last) <= 5 for span in found[:40])
            for first, last, _ in where
        )

    best_first = sorted(outcome.predictions[1], key=lambda span: -span.score)
    assert alike(sorted(by_heart, key=lambda span: -span.score)) >= 13
    assert alike(best_first) <= 8


def test_a_dismissed_prediction_does_not_come_back() -> None:
    chart = market.chart(CANDLES, WHERE[:20])
    before = learn(chart).predictions[1]
    wrong = [
        span
        for span in before
        if span.last < WHERE[19][1]
        and span.score > 0.2
        and not any(span.last >= first and span.first <= last for first, last, _ in WHERE)
    ]
    assert wrong
    time = CANDLES.time
    dismissed = [
        Span(1, int(time[w.first]), int(time[w.last]), NEGATIVE, "human_correction") for w in wrong
    ]
    outcome = learn(replace(chart, spans=human_spans([*chart.spans, *dismissed])))
    model = documents.load(outcome.model, threads=1)
    grid = windows.sliding_windows(len(CANDLES), model.header.lengths)
    probability = model.classifier.predict(windows.compute_features(CANDLES, grid))
    for span in wrong:
        # Its edges are between those of the windows that found it.
        nearest = np.argmin(np.abs(grid.first - span.first) + np.abs(grid.last - span.last))
        assert probability[nearest, 1:].max() < span.score


def test_several_charts_and_one_without_spans() -> None:
    other, there = market.planted(1_200, 60, seed=5)
    empty = market.walk(700, seed=8)
    outcome = learn(
        market.chart(CANDLES.part(0, 1_200), [s for s in WHERE if s[1] < 1_200], 1),
        market.chart(other, there, 2),
        market.chart(empty, [], 3),
    )
    assert outcome.metrics["spanF1"] >= 0.7
    assert outcome.metrics["leaks"] == 0
    assert set(outcome.predictions) == {1, 2, 3}
    assert outcome.dataset["charts"][2]["examinedCandles"] == 0


def test_twenty_spans_of_three_labels_on_daily_candles() -> None:
    """The first thing that people try: few marks on a real chart, of patterns that are hard."""
    candles = market.golden()
    rng = np.random.default_rng(4)
    firsts = np.sort(rng.choice(100, 20, replace=False)) * 50
    where = [
        (int(first), int(first + rng.integers(8, 30)), str(rng.choice(["a", "b", "c"])))
        for first in firsts
    ]
    listener = Listener()
    outcome = learn(market.chart(candles, where), folds=5, listener=listener)
    found = outcome.predictions[1]
    assert len(found) >= 10
    fractions = [fraction for fraction, _ in listener.reports]
    assert fractions == sorted(fractions)
    assert len(listener.reports) > 100


def test_spans_do_not_crowd_each_other(outcome: Outcome) -> None:
    found = outcome.predictions[1]
    assert all(0 <= span.score <= 1 for span in found)
    for label in ("flag", "valley"):
        own = [span for span in found if span.label == label]
        for a, b in itertools.pairwise(own):
            shorter = min(a.last - a.first, b.last - b.first) + 1
            assert a.last - b.first + 1 <= prediction.SAME_LABEL_OVERLAP * shorter


def test_combinatorial_folds_test_each_block_by_several_models() -> None:
    listener = Listener()
    chart = market.chart(CANDLES, WHERE)
    outcome = learn(chart, listener=listener, split="combinatorial", model="forest")
    metrics = outcome.metrics
    assert metrics["leaks"] == 0
    assert len(metrics["folds"]) == 4
    assert sum(fold["spans"] for fold in metrics["folds"]) == len(WHERE)
    assert any(stage == "Learning fold 6 of 6" for _, stage in listener.reports)
    assert metrics["spanF1"] > 0.6


def test_walk_forward_learns_from_the_past_alone() -> None:
    outcome = learn(market.chart(CANDLES, WHERE), split="walk_forward")
    folds = outcome.metrics["folds"]
    assert len(folds) == 3
    assert outcome.metrics["leaks"] == 0
    train = [fold["trainCandles"] for fold in folds]
    assert train == sorted(train)
    start = folds[0]["from"] * 1e6
    first = WHERE[0][0]
    in_first_block = [
        span
        for span in outcome.predictions[1]
        if span.first > first and CANDLES.time[span.last] < start
    ]
    assert in_first_block == []


def test_a_random_split_is_measured_to_leak() -> None:
    empty = market.chart(market.walk(300, seed=8), [], 2)
    outcome = learn(market.chart(CANDLES.part(0, 800), WHERE[:12]), empty, split="random")
    assert outcome.metrics["leaks"] > 1_000
    assert len(outcome.predictions[2]) > 0


def test_five_spans_are_enough_and_four_are_not() -> None:
    five = [span for span in WHERE if span[2] == "flag"][:5]
    listener = Listener()
    outcome = learn(market.chart(CANDLES, five), folds=20, listener=listener)
    assert len(outcome.metrics["folds"]) == 5
    assert "5 folds instead of 20: no label has more spans." in listener.lines
    with pytest.raises(NotEnoughData) as refused:
        learn(market.chart(CANDLES, [*five[:4], (2_000, 2_010, "wedge")]))
    assert str(refused.value) == (
        "Too few spans to learn from: at least 5 of one label are needed, "
        "but “chart 1” has 4 of flag, 1 of wedge."
    )


def test_what_is_missing_is_named() -> None:
    chart = market.chart(CANDLES, WHERE)
    with pytest.raises(NotEnoughData, match=r"Too few spans of wedge to .* “chart 1” has none"):
        learn(chart, labels=["wedge"])
    with pytest.raises(NotEnoughData, match="Chart “chart 2” has no candles"):
        learn(chart, market.chart(CANDLES.part(0, 0), [], 2))


def test_only_the_labels_that_were_asked_for_are_learnt() -> None:
    outcome = learn(market.chart(CANDLES, WHERE), labels=["flag"], folds=2)
    assert {span.label for span in outcome.predictions[1]} == {"flag"}
    assert [row["label"] for row in outcome.metrics["perLabel"]] == ["flag"]


def test_a_run_ends_where_it_is_told_to() -> None:
    with pytest.raises(Stopped):
        learn(market.chart(CANDLES, WHERE), listener=Listener(stop_at=0.3))
