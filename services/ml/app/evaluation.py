"""`training_runs.metrics` of a run, from what its fold models found where they had not looked."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import labels as marking
from app import metrics, prediction
from app.features import Floats, Ints
from app.metrics import Agreement, Scored
from app.prediction import Found
from app.samples import Prepared, Samples, seconds
from app.splits import Fold


def evaluate(
    rows: Samples,
    folds: Sequence[Fold],
    cuts: Ints,
    probability: Sequence[Floats],
    found: Sequence[Sequence[Found]],
) -> tuple[dict[str, Any], float]:
    """The metrics (but importance and leaks), and the score from which spans count as found.

    Each fold's threshold is the best one on the other folds; the last is the best on all.
    """
    blocks = [np.searchsorted(cuts, p.chart.candles.time, side="right") for p in rows.charts]
    tested = {fold.number for fold in folds}
    agreement = Agreement(
        _in_folds(rows, blocks, tested, found),
        _in_folds(rows, blocks, tested, [rows.learnt_marks(p) for p in rows.charts]),
    )
    thresholds = {number: agreement.choose_threshold(number) for number in tested}
    threshold = agreement.choose_threshold()
    spans = agreement.evaluate(rows.labels, thresholds)
    deviations = [value for value in spans.fold_f1.values() if value is not None]

    truth, painted, best = [], [], []
    for number, prepared in enumerate(rows.charts):
        first, last = prepared.looked_at
        inside = np.arange(first, last + 1)
        inside = inside[np.isin(blocks[number][inside], list(tested))]
        count = len(prepared.chart.candles)
        own = [span for span in spans.counting if span.chart_id == prepared.chart.id]
        truth.append(marking.candle_classes(count, prepared.marks, rows.labels)[inside])
        painted.append(_paint(count, own, rows.labels)[inside])
        per_candle = prediction.candle_probability(count, prepared.grid, probability[number])
        best.append(per_candle[inside])
    all_truth = np.concatenate(truth)
    measured = {
        "spanF1": spans.span_f1,
        "spanF1Std": float(np.std(deviations)) if deviations else 0.0,
        "candleF1": metrics.candle_f1(all_truth, np.concatenate(painted), len(rows.labels)),
        "threshold": threshold,
        "perLabel": spans.per_label,
        "confusion": {"labels": [*rows.labels, "none"], "counts": spans.confusion},
        "calibration": metrics.calibration(np.concatenate(best), all_truth),
        "folds": [
            {
                **_fold_candles(rows, fold, blocks),
                "spans": spans.marked_in_fold[fold.number],
                "spanF1": spans.fold_f1[fold.number],
            }
            for fold in folds
        ],
    }
    return measured, threshold


def _in_folds(
    rows: Samples,
    blocks: Sequence[Ints],
    tested: set[int],
    spans: Sequence[Sequence[Found | marking.Mark]],
) -> list[Scored]:
    """Spans whose middle is looked at and tested by a fold."""
    kept = []
    for number, prepared in enumerate(rows.charts):
        first, last = prepared.looked_at
        for span in spans[number]:
            middle = (span.first + span.last) // 2
            fold = int(blocks[number][middle])
            if first <= middle <= last and fold in tested:
                score = span.score if isinstance(span, Found) else 1.0
                kept.append(
                    Scored(prepared.chart.id, span.first, span.last, span.label, fold, score)
                )
    return kept


def _paint(count: int, found: Sequence[Scored], labels: Sequence[str]) -> NDArray[np.int32]:
    classes = np.zeros(count, np.int32)
    for span in sorted(found, key=lambda span: span.score):
        classes[span.first : span.last + 1] = labels.index(span.label) + 1
    return classes


def _fold_candles(rows: Samples, fold: Fold, blocks: Sequence[Ints]) -> dict[str, float]:
    """Candles looked at: those tested, those that a training window covers, and the rest, which
    purging and the embargo took out."""
    looked_at = train = test = 0
    times: list[np.int64] = []
    in_training = np.zeros(len(rows.owner), np.bool_)
    in_training[fold.train] = True
    for number, prepared in enumerate(rows.charts):
        first, last = prepared.looked_at
        if last < first:
            continue
        inside = np.flatnonzero(blocks[number][first : last + 1] == fold.number) + first
        covered = _covered(prepared, in_training[rows.owner == number])
        looked_at += last - first + 1
        test += len(inside)
        covered[inside] = False
        train += int(np.count_nonzero(covered))
        if len(inside):
            times += [
                prepared.chart.candles.time[inside[0]],
                prepared.chart.candles.time[inside[-1]],
            ]
    return {
        "from": seconds(min(times)) if times else 0.0,
        "to": seconds(max(times)) if times else 0.0,
        "trainCandles": train,
        "testCandles": test,
        "purged": looked_at - train - test,
    }


def _covered(prepared: Prepared, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    own = prepared.grid.take(prepared.rows[chosen])
    change = np.zeros(len(prepared.chart.candles) + 1, np.int64)
    np.add.at(change, own.first, 1)
    np.add.at(change, own.last + 1, -1)
    covered: NDArray[np.bool_] = np.cumsum(change[:-1]) > 0
    return covered
