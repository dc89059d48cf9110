"""One training run, from what was read to the model, its metrics and its predictions.

The order of it: windows of the marked charts, folds in time, a model per fold that predicts what
it did not see, thresholds and metrics from those predictions, and a model of everything. The
predictions that people review come from the fold models wherever candles were learnt from, so
that a disagreement with a person is an honest one; elsewhere on these charts they come from
the final model, which has seen none of it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app import evaluation, models, prediction, samples, splits, windows
from app.errors import BadInput, MlError
from app.features import Floats, Ints
from app.models import Classifier, LightGbm
from app.prediction import Found
from app.samples import Chart, Samples


class RunParams(BaseModel):
    """`training_runs.params`, as the web app writes it."""

    model_config = ConfigDict(extra="forbid")

    chartIds: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1, max_length=100)]
    labels: Annotated[list[str], Field(max_length=200)] = []
    model: Literal["lightgbm"] = "lightgbm"
    folds: Annotated[int, Field(ge=2, le=20)] = 5
    seed: Annotated[int, Field(ge=0, le=2_147_483_647)] = 0
    split: splits.Kind = "purged"


def parse_params(params: object) -> RunParams:
    try:
        return RunParams.model_validate(params)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"The run's {where} is not right: {first['msg']}.") from error


class Progress(Protocol):
    """Both may raise Stopped, which ends the run."""

    def report(self, fraction: float, stage: str) -> None: ...

    def log(self, line: str) -> None: ...


@dataclass(frozen=True)
class Outcome:
    model: bytes
    metrics: dict[str, Any]
    dataset: dict[str, Any]
    predictions: dict[int, list[Found]]
    """Per chart id."""


@dataclass(frozen=True)
class Models:
    folds: dict[int, Classifier]
    """Per block of time; one without anything to learn from has none."""
    final: Classifier


def learn(charts: Sequence[Chart], params: RunParams, threads: int, progress: Progress) -> Outcome:
    """The same charts and params give the same outcome, to the byte. Raises NotEnoughData."""
    progress.report(0.02, "Preparing the marked spans")
    rows = samples.prepare(charts, params.labels, progress.log)
    cuts = samples.cuts(rows, _fold_count(rows, params, progress))
    block = splits.blocks(params.split, rows.horizons.time, cuts, params.seed)
    folds = [
        fold.keep(rows.learnt_from)
        for fold in splits.make(params.split, rows.horizons, block, len(cuts) + 1)
    ]
    leaks = sum(splits.count_leaks(rows.horizons, fold) for fold in folds)
    if leaks and params.split != "random":
        raise MlError(f"{leaks} training windows overlap their fold's test range after purging.")

    progress.report(0.05, "Describing the candles")
    fitted = _fit(rows, folds, params.seed, threads, progress)
    probability = _predict(
        rows, block, fitted, lambda f: progress.report(0.8 + 0.15 * f, "Predicting")
    )

    progress.report(0.96, "Comparing with people")
    found = [
        prediction.decode(prepared.grid, own, rows.labels)
        for prepared, own in zip(rows.charts, probability, strict=True)
    ]
    tested = [fold for fold in folds if fold.number in fitted.folds]
    measured, threshold = evaluation.evaluate(rows, tested, cuts, probability, found)
    progress.log(
        f"Span F1 {measured['spanF1']:.2f} out of sample, for scores from {threshold:.2f} on."
    )
    dataset = samples.dataset(rows, params.model_dump())
    header = models.Header(
        labels=rows.labels,
        lengths=rows.lengths,
        threshold=threshold,
        features=list(windows.NAMES),
        dataset_hash=dataset["sha256"],
        seed=params.seed,
        versions=dataset["versions"],
    )
    measured |= {"importance": _importance(fitted.final), "leaks": leaks}
    per_chart = {p.chart.id: spans for p, spans in zip(rows.charts, found, strict=True)}
    return Outcome(models.dump(header, fitted.final), measured, dataset, per_chart)


def _fold_count(rows: Samples, params: RunParams, progress: Progress) -> int:
    """No more folds than the commonest label has spans."""
    counts = Counter(mark.label for p in rows.charts for mark in rows.learnt_marks(p))
    count = min(params.folds, max(counts.values()))
    if count < params.folds:
        progress.log(f"{count} folds instead of {params.folds}: no label has more spans.")
    return count


def _fit(
    rows: Samples, folds: Sequence[splits.Fold], seed: int, threads: int, progress: Progress
) -> Models:
    matrix, position = rows.matrix()
    share = 0.7 / (len(folds) + 1)

    def fit(train: Ints, number: int, stage: str) -> LightGbm:
        def on_round(done: int) -> None:
            progress.report(0.1 + share * (number + done / models.ROUNDS), stage)

        return LightGbm.fit(
            matrix[position[train]],
            rows.classes[train],
            rows.weights[train],
            class_count=len(rows.labels) + 1,
            seed=seed,
            threads=threads,
            on_round=on_round,
        )

    by_fold: dict[int, Classifier] = {}
    for number, fold in enumerate(folds):
        if rows.classes[fold.train].any():
            stage = f"Learning fold {number + 1} of {len(folds)}"
            by_fold[fold.number] = fit(fold.train, number, stage)
        else:
            progress.log(f"Fold {number + 1} has no span to learn from and is left out.")
    final = fit(np.flatnonzero(rows.learnt_from), len(folds), "Learning from everything")
    return Models(by_fold, final)


def _predict(
    rows: Samples, block: Ints, fitted: Models, on_piece: Callable[[float], None]
) -> list[Floats]:
    """Per chart, a row per window of its grid; 0 where no model could predict honestly."""
    total = sum(len(prepared.grid) for prepared in rows.charts)
    done = 0
    result = []
    for number, prepared in enumerate(rows.charts):
        source = np.full(len(prepared.grid), -1)
        source[prepared.rows] = block[rows.owner == number]
        probability = np.zeros((len(prepared.grid), len(rows.labels) + 1))
        for piece, matrix in windows.describe(prepared.chart.candles, prepared.grid):
            for key in np.unique(source[piece]):
                model = fitted.final if key < 0 else fitted.folds.get(int(key))
                if model is not None:
                    inside = np.flatnonzero(source[piece] == key)
                    probability[piece.start + inside] = model.predict(matrix[inside])
            on_piece((done + piece.stop) / total)
        done += len(prepared.grid)
        result.append(probability)
    return result


def _importance(model: Classifier) -> list[dict[str, Any]]:
    shares = model.importance()
    order = np.argsort(-shares, kind="stable")[:30]
    return [{"feature": windows.NAMES[i], "share": float(shares[i])} for i in order if shares[i]]
