"""The service's own run, and simpler methods in its place, on the same windows and folds."""

import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from unittest import mock

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression as SkLogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from app.candle_columns import Classes, Floats, Matrix
from app.examined import ExaminedRange
from app.labels.samples import Chart
from app.models import MODELS
from app.models.classifier import Arrays, FitOptions
from app.span_ranges import Span, human_spans
from app.training import learn
from app.training.params import RunParams, parse_params

from .cases import Case
from .judge import Labelled

os.environ.setdefault("OMP_WAIT_POLICY", "passive")


class SkLearn:
    """An estimator of scikit-learn as the service's Classifier; it is never stored."""

    name = ""
    make: Callable[[int], Any]

    def __init__(self, estimator: Any, class_count: int) -> None:
        self._estimator, self._count = estimator, class_count

    @classmethod
    def fit(cls, rows: Matrix, classes: Classes, weights: Floats, options: FitOptions) -> Self:
        estimator = cls.make(options.seed)
        step = f"{estimator.steps[-1][0]}__" if isinstance(estimator, Pipeline) else ""
        estimator.fit(np.nan_to_num(rows), classes, **{f"{step}sample_weight": weights})
        options.on_progress(1.0)
        return cls(estimator, options.class_count)

    @classmethod
    def load(cls, arrays: Arrays, threads: int) -> Self:
        raise NotImplementedError

    def dump(self) -> Arrays:
        return {}

    def predict(self, rows: Matrix) -> Floats:
        result = np.zeros((len(rows), self._count))
        result[:, self._estimator.classes_] = self._estimator.predict_proba(np.nan_to_num(rows))
        return result

    def importance(self) -> Floats:
        return np.zeros(0)


class LogisticRegression(SkLearn):
    name = "logistic regression"

    @staticmethod
    def make(seed: int) -> Any:
        return make_pipeline(StandardScaler(), SkLogisticRegression(C=0.1, max_iter=500))


class ExtraTrees(SkLearn):
    name = "ExtraTrees"

    @staticmethod
    def make(seed: int) -> Any:
        return ExtraTreesClassifier(300, min_samples_leaf=3, random_state=seed)


@dataclass(frozen=True)
class Result:
    predicted: list[Labelled]
    """On what is judged, from the run's threshold on."""
    shown: list[Labelled]
    """All that a run stores there."""
    metrics: dict[str, Any]
    cpu_s: float
    """Up to the predictions."""
    figures_cpu_s: float


class Silent:
    def report(self, fraction: float, stage: str) -> None:
        pass

    def log(self, line: str) -> None:
        pass


OTHERS: dict[str, type[SkLearn]] = {kind.name: kind for kind in (LogisticRegression, ExtraTrees)}


def exists(name: str) -> bool:
    return name in OTHERS or name in MODELS


def run(case: Case, model: str | None = None, seed: int = 0, *, is_measured: bool = True) -> Result:
    """A whole run: everything that a person would get for these labels, or what is there first."""
    started = _cpu()
    params = parse_params({"chartIds": [1], "seed": seed})
    if model is not None:
        params = RunParams(**{**params.to_json(), "model": model})
    with mock.patch.dict(MODELS, OTHERS):
        outcome = learn.learn([chart_of(case)], params, 1, Silent())
        learnt = _cpu()
        metrics = outcome.measure(Silent()) if is_measured else outcome.metrics
    shown = [
        Labelled(span.first, span.last, span.label, span.score)
        for span in outcome.predictions[1]
        if (span.first + span.last) // 2 >= case.rest
        and not any(span.first <= c.last and span.last >= c.first for c in case.confirmed)
    ]
    predicted = [span for span in shown if span.score >= metrics["threshold"]]
    return Result(predicted, shown, metrics, learnt - started, _cpu() - learnt)


def chart_of(case: Case) -> Chart:
    time = case.candles.time
    spans = [
        Span(1, int(time[s.first]), int(time[s.last]), s.label, source)
        for source, own in (("human", case.labelled), ("model_confirmed", case.confirmed))
        for s in own
    ]
    examined = [ExaminedRange(int(time[a]), int(time[b])) for a, b in case.examined]
    return Chart(1, case.name, 1, 1, case.candles, human_spans(spans), examined)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
