"""One training run, from what was read to the model, its metrics and its predictions.

The order of it: windows of the labelled charts, folds in time, a model per fold that predicts what
it did not see, thresholds and metrics from those predictions, and a model of everything. The
predictions that people review come from the fold models wherever candles were learnt from, so
that a disagreement with a person is an honest one; elsewhere on these charts they come from
the final model, which has seen none of it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np

from .. import prediction, span_edges
from ..candle_columns import Candles, Floats, Ints, Mask, Matrix
from ..errors import MlError
from ..evaluation import report
from ..evaluation.quality import LEAST_SPANS
from ..evaluation.report import Report
from ..features import windows
from ..features.windows import Windows
from ..label_next import between
from ..labels import samples
from ..labels.dataset import describe_dataset
from ..labels.samples import Chart, Samples
from ..models import MODELS, document
from ..models.classifier import Classifier, FitOptions
from ..models.template import TemplateSearch
from ..prediction import PredictedSpan
from ..span_edges import SpanEdges
from ..splits import Split
from ..teaching import Disagreement
from . import out_of_fold
from .learning_curve import has_curve, learning_curve
from .out_of_fold import Fitted
from .params import RunParams, check_metrics

MOST_COMBINED = 6
"""Blocks of combinatorial folds: 15 models."""


Look = Callable[[Mask], Mask | None]
"""Where a chart is predicted, by where it was examined, per candle; None is everywhere."""


class Progress(Protocol):
    """Both may raise Stopped, which ends the run."""

    def report(self, fraction: float, stage: str) -> None: ...

    def log(self, line: str) -> None: ...


@dataclass(frozen=True)
class Outcome:
    model: bytes
    metrics: dict[str, Any]
    """Without intervals, chance and baseline: those are not worth waiting for predictions."""
    dataset: dict[str, Any]
    predictions: dict[int, list[PredictedSpan]]
    """Per chart id."""
    partly: list[int]
    """Ids of the charts that are predicted in part: the rest is the model's alone, of candles that
    nothing was learnt from."""
    disagreement: Callable[[int], Disagreement]
    """Of a chart, by its id: between the models that had not learnt from a span's bars."""
    measure: Callable[[Progress], dict[str, Any]]
    """The metrics with all that belongs to them, for when predictions are stored; it takes about
    as long as learning did."""


@dataclass(frozen=True)
class FittedModels:
    folds: dict[int, Fitted]
    """Per fold of time; one without anything to learn from has none."""
    final: Fitted


def learn(
    charts: Sequence[Chart],
    params: RunParams,
    threads: int,
    progress: Progress,
    look: Look = lambda _examined: None,
) -> Outcome:
    """The same charts and params give the same outcome, to the byte. Raises NotEnoughData."""
    progress.report(0.02, "Preparing the spans")
    rows = samples.prepare(charts, params.labels, progress.log)
    split = samples.make_split(rows, params.split, _fold_count(rows, params, progress), params.seed)
    if split.leaks and split.kind != "random":
        raise MlError(
            f"{split.leaks} training windows overlap their fold's test range after purging."
        )

    matrix = rows.matrix(lambda f: progress.report(0.05 + 0.05 * f, "Computing the features"))
    fitted = _fit(rows, matrix, split, params, threads, progress)
    tested = split.only(set(fitted.folds))
    templates = _templates(rows, matrix, tested, params)
    looks = [look(own.examined) for own in rows.charts]
    raw, pull = out_of_fold.predict_spans(
        rows,
        tested,
        fitted.folds,
        lambda f: progress.report(0.8 + 0.15 * f, "Predicting"),
        fitted.final,
        looks,
    )

    progress.report(0.96, "Comparing with people")
    result = report.evaluate(rows, tested, raw)
    # Alone the curve needs the features still, and it is for few spans.
    curve = None
    if has_curve(result):
        curve = partial(_curve, rows, matrix, tested, result, params, threads)
    rest = {"importance": _importance(fitted.final.classifier), "leaks": split.leaks}

    def measure(progress: Progress) -> dict[str, Any]:
        baseline = out_of_fold.predict(
            rows,
            tested,
            templates,
            lambda _: progress.report(1.0, "Searching by template, for comparison"),
        )
        progress.report(1.0, "Computing intervals and chance")
        metrics = result.measure(baseline, params.seed) | rest
        if curve is not None:
            metrics |= curve(progress)
        check_metrics(metrics)
        progress.log(sentence(metrics, params.split))
        return metrics

    metrics = result.metrics | rest
    check_metrics(metrics)
    dataset = describe_dataset(rows, params.to_json())
    header = document.Header(
        model=params.model,
        labels=rows.labels,
        lengths=rows.lengths,
        threshold=result.threshold,
        features=list(windows.NAMES),
        dataset_hash=dataset["sha256"],
        seed=params.seed,
        versions=dataset["versions"],
    )
    edges = SpanEdges(fitted.final.edges, pull) if any(pull.values()) else None
    model = document.Model(header, fitted.final.classifier, result.calibration, edges)
    per_chart = {
        own.chart.id: prediction.calibrated(spans, result.calibration)
        for own, spans in zip(rows.charts, raw, strict=True)
    }
    numbers = {own.chart.id: number for number, own in enumerate(rows.charts)}
    testers = out_of_fold.testers(
        tested, out_of_fold.classifiers(fitted.folds), fitted.final.classifier
    )

    def disagreement(chart_id: int) -> Disagreement:
        return partial(_disagreement, rows, tested, numbers[chart_id], testers)

    partly = [own.chart.id for own, at in zip(rows.charts, looks, strict=True) if at is not None]
    return Outcome(document.dump(model), metrics, dataset, per_chart, partly, disagreement, measure)


def sentence(metrics: dict[str, Any], split: str) -> str:
    """A run's main figure with what it is worth; counts alone where a share would say too much."""
    own = metrics["quality"]
    where = "out of sample"
    if split == "random":
        where = "of a random split, which says nothing of other data"
    counts = (
        f"{own['found']} of {own['spans']} spans found, {own['shown'] - own['found']} of "
        f"{own['shown']} shown are wrong, for scores from {metrics['threshold']:.2f} on."
    )
    figure = own["f1"]
    if own["spans"] < LEAST_SPANS or figure["interval"] is None or figure["chance"] is None:
        return f"{where[0].upper()}{where[1:]}: {counts}"
    low, high = figure["interval"]
    return (
        f"Span F1 {figure['value']:.2f} (90 % interval {low:.2f} to {high:.2f}, chance "
        f"{figure['chance']:.2f}, template search {figure['baseline']:.2f}) {where}: {counts}"
        + _more(metrics)
    )


def _more(metrics: dict[str, Any]) -> str:
    if "nextSpans" not in metrics:
        return ""
    count, (low, high) = metrics["nextSpans"]["count"], metrics["nextSpans"]["gain"]
    return f" The next {count} spans should bring between {low:+.2f} and {high:+.2f}."


def _templates(
    rows: Samples, matrix: Matrix, split: Split, params: RunParams
) -> dict[int, Classifier]:
    """Template search per fold: what a run's figures are held against."""
    options = FitOptions(len(rows.labels) + 1, params.seed, 1)
    folds: dict[int, Classifier] = {}
    for fold in split.folds:
        # It learns from spans alone.
        train = fold.train[rows.classes[fold.train] > 0]
        folds[fold.number] = TemplateSearch.fit(
            matrix[train], rows.classes[train], rows.weights[train], options
        )
    return folds


def _curve(
    rows: Samples,
    matrix: Matrix,
    split: Split,
    result: Report,
    params: RunParams,
    threads: int,
    progress: Progress,
) -> dict[str, Any]:
    stage = "Learning from fewer spans, to see what more would bring"

    def fit(train: Ints) -> Fitted:
        return _fit_rows(
            rows, matrix, train, params, threads, lambda _: progress.report(1.0, stage)
        )

    def predict(folds: dict[int, Fitted]) -> list[list[PredictedSpan]]:
        found, _ = out_of_fold.predict_spans(
            rows, split, folds, lambda _: progress.report(1.0, stage)
        )
        return found

    return learning_curve(rows, split, result, params.seed, fit, predict)


def _fold_count(rows: Samples, params: RunParams, progress: Progress) -> int:
    """Blocks of time: no more than the commonest label has spans."""
    counts = Counter(span.label for own in rows.charts for span in rows.training_spans(own))
    count = min(params.folds, max(counts.values()))
    if count < params.folds:
        progress.log(f"{count} folds instead of {params.folds}: no label has more spans.")
    if params.split == "combinatorial" and count > MOST_COMBINED:
        progress.log(f"{MOST_COMBINED} blocks instead of {count}: each two of them are a fold.")
        return MOST_COMBINED
    return count


def _fit(
    rows: Samples,
    matrix: Matrix,
    split: Split,
    params: RunParams,
    threads: int,
    progress: Progress,
) -> FittedModels:
    share = 0.7 / (len(split.folds) + 1)

    def fit(train: Ints, number: int, stage: str) -> Fitted:
        def on_progress(done: float) -> None:
            progress.report(0.1 + share * (number + done), stage)

        return _fit_rows(rows, matrix, train, params, threads, on_progress)

    by_fold: dict[int, Fitted] = {}
    for number, fold in enumerate(split.folds):
        if rows.classes[fold.train].any():
            stage = f"Learning fold {number + 1} of {len(split.folds)}"
            by_fold[fold.number] = fit(fold.train, number, stage)
        else:
            progress.log(f"Fold {number + 1} has no span to learn from and is left out.")
    final = fit(np.arange(len(rows.owner)), len(split.folds), "Learning from everything")
    return FittedModels(by_fold, final)


def _fit_rows(
    rows: Samples,
    matrix: Matrix,
    train: Ints,
    params: RunParams,
    threads: int,
    on_progress: Callable[[float], None],
) -> Fitted:
    options = FitOptions(len(rows.labels) + 1, params.seed, threads, on_progress)
    # All of it is no copy.
    own = matrix if len(train) == len(matrix) else matrix[train]
    model = MODELS[params.model].fit(own, rows.classes[train], rows.weights[train], options)
    over = train[rows.classes[train] > 0]
    drawn = np.array([(s.first, s.last) for own in rows.charts for s in own.spans], np.int64)
    number = rows.span[over]
    edges = span_edges.learn(
        matrix[over], rows.windows.take(over), number, drawn[number], params.seed
    )
    return Fitted(model, edges)


def _disagreement(
    rows: Samples,
    split: Split,
    number: int,
    testers: dict[int, list[Classifier]],
    candles: Candles,
    spans: Sequence[PredictedSpan],
) -> Floats:
    """Per span, between all that have not seen it and the halves of each; 0 where there is none."""
    grid = Windows(
        np.array([span.first for span in spans], np.int64),
        np.array([span.last for span in spans], np.int64),
    )
    column_of = {label: 1 + at for at, label in enumerate(rows.labels)}
    column = np.array([column_of.get(span.label, 0) for span in spans])
    block = out_of_fold.block_of(rows, split, number, grid)
    matrix = windows.compute_features(candles, grid)
    apart = np.zeros(len(spans))
    for key in np.unique(block).tolist():
        inside = np.flatnonzero((block == key) & (column > 0))
        if len(inside) and (models := testers.get(key)):
            apart[inside] = between(models, matrix[inside], column[inside])
    return apart


def _importance(model: Classifier) -> list[dict[str, Any]]:
    shares = model.importance()
    order = np.argsort(-shares, kind="stable")[:30]
    return [{"feature": windows.NAMES[i], "share": float(shares[i])} for i in order if shares[i]]
