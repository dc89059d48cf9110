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
from typing import Any, Protocol

import numpy as np

from .. import prediction
from ..candles import Floats, Ints
from ..errors import MlError
from ..evaluation import report
from ..features import windows
from ..labels import samples
from ..labels.samples import Chart, Samples
from ..models import MODELS, document
from ..models.classifier import Classifier, FitOptions
from ..models.template import TemplateSearch
from ..prediction import PredictedSpan
from ..splits import Split
from .params import RunParams, check_metrics


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
    measure: Callable[[Progress], dict[str, Any]]
    """The metrics with all that belongs to them, for when predictions are stored; it takes about
    as long as learning did."""


@dataclass(frozen=True)
class FittedModels:
    folds: dict[int, Classifier]
    """Per fold of time; one without anything to learn from has none."""
    final: Classifier


def learn(charts: Sequence[Chart], params: RunParams, threads: int, progress: Progress) -> Outcome:
    """The same charts and params give the same outcome, to the byte. Raises NotEnoughData."""
    progress.report(0.02, "Preparing the spans")
    rows = samples.prepare(charts, params.labels, progress.log)
    split = samples.make_split(rows, params.split, _fold_count(rows, params, progress), params.seed)
    if split.leaks and split.kind != "random":
        raise MlError(
            f"{split.leaks} training windows overlap their fold's test range after purging."
        )

    progress.report(0.05, "Computing the features")
    fitted = _fit(rows, split, params, threads, progress)
    probability = _predict(
        rows, split, fitted, lambda f: progress.report(0.8 + 0.15 * f, "Predicting")
    )

    progress.report(0.96, "Comparing with people")
    raw = [
        prediction.decode(own.grid, scores, rows.labels)
        for own, scores in zip(rows.charts, probability, strict=True)
    ]
    tested = split.only(set(fitted.folds))
    result = report.evaluate(rows, tested, raw)
    rest = {"importance": _importance(fitted.final), "leaks": split.leaks}

    def measure(progress: Progress) -> dict[str, Any]:
        progress.report(1.0, "Searching by template, for comparison")
        baseline = _baseline(rows, tested, params)
        progress.report(1.0, "Computing intervals and chance")
        metrics = result.measure(baseline, params.seed) | rest
        check_metrics(metrics)
        progress.log(sentence(metrics, params.split))
        return metrics

    metrics = result.metrics | rest
    check_metrics(metrics)
    dataset = samples.dataset(rows, params.to_json())
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
    model = document.Model(header, fitted.final, result.calibration)
    per_chart = {
        own.chart.id: prediction.calibrated(spans, result.calibration)
        for own, spans in zip(rows.charts, raw, strict=True)
    }
    return Outcome(document.dump(model), metrics, dataset, per_chart, measure)


def sentence(metrics: dict[str, Any], split: str) -> str:
    """A run's main figure with what it is worth."""
    own = metrics["quality"]
    figure = own["f1"]
    low, high = figure["interval"] or (0.0, 1.0)
    where = "out of sample"
    if split == "random":
        where = "of a random split, which says nothing of other data"
    return (
        f"Span F1 {figure['value']:.2f} (90 % interval {low:.2f} to {high:.2f}, chance "
        f"{figure['chance']:.2f}, template search {figure['baseline']:.2f}) {where}: "
        f"{own['found']} of {own['spans']} spans found, {own['shown'] - own['found']} of "
        f"{own['shown']} shown are wrong, for scores from {metrics['threshold']:.2f} on."
    )


def _baseline(rows: Samples, split: Split, params: RunParams) -> list[list[PredictedSpan]]:
    """Per chart, what template search finds out of fold, on examined candles alone."""
    matrix, position = rows.matrix()
    options = FitOptions(len(rows.labels) + 1, params.seed, 1)
    fitted = {
        fold.number: TemplateSearch.fit(
            matrix[position[fold.train]],
            rows.classes[fold.train],
            rows.weights[fold.train],
            options,
        )
        for fold in split.folds
    }
    result = []
    for number, own in enumerate(rows.charts):
        grid = own.grid.take(own.rows)
        fold_ids = split.fold_ids[rows.owner == number]
        scores = np.zeros((len(grid), len(rows.labels) + 1))
        for chunk, features in windows.compute_features(own.chart.candles, grid):
            for key, template in fitted.items():
                inside = np.flatnonzero(fold_ids[chunk] == key)
                scores[chunk.start + inside] = template.predict(features[inside])
        result.append(prediction.decode(grid, scores, rows.labels))
    return result


def _fold_count(rows: Samples, params: RunParams, progress: Progress) -> int:
    """No more folds than the commonest label has spans."""
    counts = Counter(span.label for own in rows.charts for span in rows.training_spans(own))
    count = min(params.folds, max(counts.values()))
    if count < params.folds:
        progress.log(f"{count} folds instead of {params.folds}: no label has more spans.")
    return count


def _fit(
    rows: Samples, split: Split, params: RunParams, threads: int, progress: Progress
) -> FittedModels:
    matrix, position = rows.matrix()
    share = 0.7 / (len(split.folds) + 1)

    def fit(train: Ints, number: int, stage: str) -> Classifier:
        def on_progress(done: float) -> None:
            progress.report(0.1 + share * (number + done), stage)

        options = FitOptions(len(rows.labels) + 1, params.seed, threads, on_progress)
        return MODELS[params.model].fit(
            matrix[position[train]], rows.classes[train], rows.weights[train], options
        )

    by_fold: dict[int, Classifier] = {}
    for number, fold in enumerate(split.folds):
        if rows.classes[fold.train].any():
            stage = f"Learning fold {number + 1} of {len(split.folds)}"
            by_fold[fold.number] = fit(fold.train, number, stage)
        else:
            progress.log(f"Fold {number + 1} has no span to learn from and is left out.")
    final = fit(np.flatnonzero(rows.train_mask), len(split.folds), "Learning from everything")
    return FittedModels(by_fold, final)


def _predict(
    rows: Samples, split: Split, fitted: FittedModels, on_chunk: Callable[[float], None]
) -> list[Floats]:
    """Per chart, a row per window of its grid; 0 where no model could predict honestly."""
    total = sum(len(own.grid) for own in rows.charts)
    done = 0
    result = []
    for number, own in enumerate(rows.charts):
        source = np.full(len(own.grid), -1)
        source[own.rows] = split.fold_ids[rows.owner == number]
        probability = np.zeros((len(own.grid), len(rows.labels) + 1))
        for chunk, matrix in windows.compute_features(own.chart.candles, own.grid):
            for key in np.unique(source[chunk]):
                model = fitted.final if key < 0 else fitted.folds.get(int(key))
                if model is not None:
                    inside = np.flatnonzero(source[chunk] == key)
                    probability[chunk.start + inside] = model.predict(matrix[inside])
            on_chunk((done + chunk.stop) / total)
        done += len(own.grid)
        result.append(probability)
    return result


def _importance(model: Classifier) -> list[dict[str, Any]]:
    shares = model.importance()
    order = np.argsort(-shares, kind="stable")[:30]
    return [{"feature": windows.NAMES[i], "share": float(shares[i])} for i in order if shares[i]]
