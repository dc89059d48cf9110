"""Time-ordered folds whose training samples know nothing of their test range.

After López de Prado, Advances in Financial Machine Learning (2018), chapter 7: a sample's label
was decided on an interval of time, its horizon; a training sample whose horizon overlaps the
test range is purged, and candles right behind the test range are embargoed, because their
features still look back into it. Time is one axis for all charts, so one chart's past
never teaches another chart's same days.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from .candles import Ints, Mask
from .errors import BadInput

Kind = Literal["purged", "walk_forward", "random"]
KINDS: tuple[str, ...] = get_args(Kind)
EMBARGO_SHARE = 0.01


@dataclass(frozen=True)
class Horizons:
    """When each sample's label was decided; one value per sample. Times are microseconds."""

    chart: Ints
    time: Ints
    start: Ints
    end: Ints
    """First and last moment that the label was decided on."""

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True)
class Fold:
    number: int
    train: Ints
    """Sample numbers, as in test."""
    test: Ints


@dataclass(frozen=True)
class Split:
    """How the samples of a run are parted into folds of time."""

    kind: Kind
    boundaries: Ints
    """Moments where one fold ends and the next begins: n of them make n + 1 folds."""
    fold_ids: Ints
    """The fold that tests each sample."""
    folds: tuple[Fold, ...]
    """Those that can be tested: walk-forward never tests the first."""
    leaks: int
    """Training samples whose horizon overlaps their fold's test range."""

    def fold_of(self, time: Ints) -> Ints:
        """The fold that a moment lies in, by time alone."""
        return np.searchsorted(self.boundaries, time, side="right")

    def only(self, numbers: set[int]) -> "Split":
        return replace(self, folds=tuple(fold for fold in self.folds if fold.number in numbers))


def make_split(
    kind: Kind, horizons: Horizons, boundaries: Ints, train_mask: Mask, seed: int = 0
) -> Split:
    """purged: each fold is tested by what lies before and behind it; walk_forward: by what lies
    before it alone, so that the first is never tested; random deals samples out blindly, so that
    neighbours of what is tested are trained on and its scores say nothing of other data."""
    if kind not in KINDS:
        raise BadInput(f"There is no split {kind!r}; there are {', '.join(KINDS)}.")
    fold_ids = np.searchsorted(boundaries, horizons.time, side="right")
    if kind == "random":
        fold_ids = np.random.default_rng(seed).permutation(fold_ids)
    folds = []
    for number in range(1 if kind == "walk_forward" else 0, len(boundaries) + 1):
        test, train = np.flatnonzero(fold_ids == number), np.flatnonzero(fold_ids != number)
        if kind == "walk_forward":
            train = train[fold_ids[train] < number]
        kept = train if kind == "random" or not len(test) else _purge(horizons, train, test)
        folds.append(Fold(number, kept[train_mask[kept]], test))
    leaks = sum(count_leaks(horizons, fold) for fold in folds)
    return Split(kind, boundaries, fold_ids, tuple(folds), leaks)


def _purge(horizons: Horizons, train: Ints, test: Ints) -> Ints:
    first, last = horizons.start[test].min(), horizons.end[test].max()
    kept = train[(horizons.end[train] < first) | (horizons.start[train] > last)]
    allowed = np.ones(len(horizons), np.bool_)
    for chart in np.unique(horizons.chart[kept]):
        rows = kept[(horizons.chart[kept] == chart) & (horizons.time[kept] > last)]
        size = int(np.ceil(EMBARGO_SHARE * np.count_nonzero(horizons.chart == chart)))
        allowed[rows[np.argsort(horizons.time[rows], kind="stable")][:size]] = False
    remaining: Ints = kept[allowed[kept]]
    return remaining


def count_leaks(horizons: Horizons, fold: Fold) -> int:
    """Training samples whose horizon overlaps that of any test sample; knows nothing of purging."""
    if not len(fold.test) or not len(fold.train):
        return 0
    order = np.argsort(horizons.start[fold.test], kind="stable")
    starts = horizons.start[fold.test][order]
    furthest = np.maximum.accumulate(horizons.end[fold.test][order])
    # Of the test samples that start no later than the training one ends, does one reach its start?
    upto = np.searchsorted(starts, horizons.end[fold.train], side="right")
    overlaps = (upto > 0) & (furthest[np.maximum(upto - 1, 0)] >= horizons.start[fold.train])
    return int(np.count_nonzero(overlaps))


def fold_boundaries(starts: Ints, ends: Ints, folds: int) -> Ints:
    """Moments that share the spans out evenly, each in the middle of a gap where there is one."""
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    at = np.unique(np.round(len(starts) * np.arange(1, folds) / folds).astype(np.int64))
    at = at[(at > 0) & (at < len(starts))]
    before, after = ends[at - 1], starts[at]
    return np.unique(np.where(before < after, before + (after - before + 1) // 2, after))
