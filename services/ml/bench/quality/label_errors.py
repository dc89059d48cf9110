"""Errors that are planted among right labels, and how early the queue of likely ones tells them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app import label_errors
from app.candle_columns import Candles
from app.examined import examined_candles
from app.label_errors import LabelError
from app.span_ranges import IndexedSpan
from app.training import learn
from app.training.params import parse_params

from . import planted
from .cases import Case
from .judge import Labelled
from .methods import Silent, chart_of

SPANS = 200
SHARE = 0.05
FIRST = 0.1
"""Of the labels that a person would otherwise go through one by one."""
EARLY_SHARE = 0.8
HEIGHTS = (2.2, 3.0)
KINDS = ("label", "edges", "missing", "doubled")
PATTERNS = ["flag", "double_bottom", "head_and_shoulders"]


@dataclass(frozen=True)
class Planted:
    kind: str
    first: int
    last: int
    """Where it is: of the wrong span, or of the one that was left out."""


@dataclass(frozen=True)
class Found:
    height: float
    draw: int
    planted: int
    early: int
    """Errors among the first tenth of the queue."""
    by_kind: dict[str, tuple[int, int]]
    """Of each kind: told early, and planted."""


def measure(source: Candles, height: float, draw: int, count: int = SPANS) -> Found:
    candles, spans = planted.plant(source, PATTERNS, height, count, 97 * draw + 5)
    labelled, errors = spoil(spans, len(candles), np.random.default_rng(600 + draw))
    case = Case("label errors", "", draw, candles, labelled, [(0, len(candles) - 1)], [])
    outcome = learn.learn([chart_of(case)], parse_params({"chartIds": [1]}), 1, Silent())
    indexed = [IndexedSpan(s.first, s.last, s.label) for s in labelled]
    examined = examined_candles(candles, chart_of(case).examined, indexed, [])
    queue = label_errors.find(indexed, outcome.predictions[1], examined)
    early = queue[: round(FIRST * len(labelled))]
    told = [any(_is_about(item, error) for item in early) for error in errors]
    by_kind = {
        kind: (
            sum(t for t, e in zip(told, errors, strict=True) if e.kind == kind),
            sum(e.kind == kind for e in errors),
        )
        for kind in KINDS
    }
    return Found(height, draw, len(errors), sum(told), by_kind)


def spoil(
    spans: Sequence[Labelled], count: int, rng: np.random.Generator
) -> tuple[list[Labelled], list[Planted]]:
    """Each kind of error in turn, in SHARE of the spans."""
    chosen = rng.choice(len(spans), round(SHARE * len(spans)), replace=False)
    result = list(spans)
    added: list[Labelled] = []
    errors: list[Planted] = []
    gone: set[int] = set()
    for number, at in enumerate(chosen.tolist()):
        span = spans[at]
        length = span.last - span.first + 1
        kind = KINDS[number % len(KINDS)]
        if kind == "label":
            others = [label for label in PATTERNS if label != span.label]
            result[at] = span._replace(label=str(rng.choice(others)))
        elif kind == "edges":
            by = int(round(length * rng.uniform(0.4, 0.6)) * rng.choice([-1, 1]))
            first = min(max(span.first + by, 0), count - length)
            result[at] = span._replace(first=first, last=first + length - 1)
        elif kind == "missing":
            gone.add(at)
        else:
            by = max(1, round(length * 0.1))
            added.append(span._replace(first=span.first + by, last=min(span.last + by, count - 1)))
        errors.append(Planted(kind, span.first, span.last))
    kept = [span for at, span in enumerate(result) if at not in gone]
    return sorted([*kept, *added]), errors


def _is_about(item: LabelError, error: Planted) -> bool:
    """It points at the place; what exactly is wrong there a person sees."""
    return item.first <= error.last and item.last >= error.first


def render(found: Sequence[Found]) -> tuple[str, bool]:
    """A line for each height, and whether all are as good as they have to be."""
    lines = ["| planted label errors in the first tenth of the queue | | | by kind | |"]
    lines += ["|---|---|---|---|---|"]
    is_met = True
    for height in sorted({one.height for one in found}):
        own = [one for one in found if one.height == height]
        share = sum(one.early for one in own) / sum(one.planted for one in own)
        kinds = ", ".join(
            f"{kind} {sum(one.by_kind[kind][0] for one in own)} of "
            f"{sum(one.by_kind[kind][1] for one in own)}"
            for kind in KINDS
        )
        verdict = "PASS" if share >= EARLY_SHARE else "FAIL"
        is_met &= share >= EARLY_SHARE
        lines.append(
            f"| three planted kinds at {height} sd, {SPANS} spans, {len(own)} draws |"
            f" ≥ {EARLY_SHARE} | {share:.2f} | {kinds} | {verdict} |"
        )
    return "\n".join(lines), is_met
