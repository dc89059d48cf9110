"""One case, one run, and what the judge says of it."""

from typing import NamedTuple

from . import judge, methods
from .cases import Case

SERVICE = "service"
REFERENCES = ("template", "logistic regression", "ExtraTrees")


class Measured(NamedTuple):
    group: str
    name: str
    draw: int
    method: str
    f1: float
    """On the rest, from the run's threshold on."""
    map: float
    shown_f1: float
    """What the run says of itself."""
    interval: list[float] | None
    """The run's 90 % interval of its F1."""
    chance: float | None
    true_chance: float
    """F1 of the same predictions with the true spans at random places."""
    threshold: float
    calibration_error: float
    """Of the scores shown on the rest."""
    cpu_s: float
    """Up to the predictions."""
    figures_cpu_s: float = 0.0


def measure(case: Case, *, references: bool) -> list[Measured]:
    methods_ = [None, *(name for name in REFERENCES if references and methods.exists(name))]
    return [_measure(case, method) for method in methods_]


def _measure(case: Case, method: str | None) -> Measured:
    result = methods.run(case, method)
    metrics = result.metrics
    return Measured(
        case.group,
        case.name,
        case.draw,
        method or SERVICE,
        judge.f1(result.predicted, case.truth),
        judge.mean_average_precision(result.shown, case.truth),
        metrics["spanF1"],
        metrics["quality"]["f1"]["interval"],
        metrics["quality"]["f1"]["chance"],
        judge.chance(result.predicted, case.truth, case.rest, len(case.candles)),
        metrics["threshold"],
        judge.calibration_error(result.shown, case.truth),
        result.cpu_s,
        result.figures_cpu_s,
    )
