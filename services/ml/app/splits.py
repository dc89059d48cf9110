"""Time-ordered folds whose training samples know nothing of their test range.

After López de Prado, Advances in Financial Machine Learning (2018), chapter 7: a sample's label
was decided on an interval of time, its horizon; a training sample whose horizon overlaps the
test range is purged, and candles right behind the test range are embargoed, because their
features still look back into it. Time is one axis for all charts, so one chart's past
never teaches another chart's same days.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from app.errors import BadInput
from app.features import Ints

Kind = Literal["purged", "walk_forward", "random"]
KINDS: tuple[str, ...] = get_args(Kind)
EMBARGO_SHARE = 0.01


@dataclass(frozen=True)
class Samples:
    """One row per window that is learnt from. Times are microseconds."""

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
    """Row numbers, as in test."""
    test: Ints

    def keep(self, learnt_from: NDArray[np.bool_]) -> "Fold":
        return Fold(self.number, self.train[learnt_from[self.train]], self.test)


def blocks(kind: Kind, time: Ints, cuts: Ints, seed: int = 0) -> Ints:
    """The block that each moment belongs to: n cuts make n + 1 blocks of time.

    A random split deals moments out blindly: neighbours of what is tested are trained on, and
    its scores say nothing of other data. It is there to show the difference, by name alone.
    """
    if kind not in KINDS:
        raise BadInput(f"There is no split {kind!r}; there are {', '.join(KINDS)}.")
    block = np.searchsorted(cuts, time, side="right")
    return np.random.default_rng(seed).permutation(block) if kind == "random" else block


def make(kind: Kind, samples: Samples, block: Ints, block_count: int) -> list[Fold]:
    """purged: each block is tested by what lies before and behind it; walk_forward: by what lies
    before it alone, so that the first block is never tested."""
    folds = []
    for number in range(1 if kind == "walk_forward" else 0, block_count):
        test, train = np.flatnonzero(block == number), np.flatnonzero(block != number)
        if kind == "walk_forward":
            train = train[block[train] < number]
        kept = train if kind == "random" or not len(test) else _purge(samples, train, test)
        folds.append(Fold(number, kept, test))
    return folds


def _purge(samples: Samples, train: Ints, test: Ints) -> Ints:
    first, last = samples.start[test].min(), samples.end[test].max()
    kept = train[(samples.end[train] < first) | (samples.start[train] > last)]
    allowed = np.ones(len(samples), np.bool_)
    for chart in np.unique(samples.chart[kept]):
        rows = kept[(samples.chart[kept] == chart) & (samples.time[kept] > last)]
        size = int(np.ceil(EMBARGO_SHARE * np.count_nonzero(samples.chart == chart)))
        allowed[rows[np.argsort(samples.time[rows], kind="stable")][:size]] = False
    remaining: Ints = kept[allowed[kept]]
    return remaining


def count_leaks(samples: Samples, fold: Fold) -> int:
    """Training rows whose horizon overlaps that of any test row; knows nothing of purging."""
    if not len(fold.test) or not len(fold.train):
        return 0
    order = np.argsort(samples.start[fold.test], kind="stable")
    starts = samples.start[fold.test][order]
    furthest = np.maximum.accumulate(samples.end[fold.test][order])
    # Of the test rows that start no later than the training row ends, does one reach its start?
    upto = np.searchsorted(starts, samples.end[fold.train], side="right")
    overlaps = (upto > 0) & (furthest[np.maximum(upto - 1, 0)] >= samples.start[fold.train])
    return int(np.count_nonzero(overlaps))


def cuts_between(starts: Ints, ends: Ints, folds: int) -> Ints:
    """Moments that share the spans out evenly, each in the middle of a gap where there is one."""
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    at = np.unique(np.round(len(starts) * np.arange(1, folds) / folds).astype(np.int64))
    at = at[(at > 0) & (at < len(starts))]
    before, after = ends[at - 1], starts[at]
    return np.unique(np.where(before < after, before + (after - before + 1) // 2, after))
