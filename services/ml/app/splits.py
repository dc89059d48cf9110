"""Time-ordered folds whose training samples know nothing of their test range.

After López de Prado, Advances in Financial Machine Learning (2018), chapters 7 and 12: a sample's
label was decided on an interval of time, its horizon; a training sample whose horizon overlaps the
test range is purged, and one behind it is embargoed while its features look back into it. Time is
one axis for all charts, so one chart's past never teaches another chart's same days.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations
from typing import Literal, get_args

import numpy as np

from .candle_columns import Ints, Mask
from .errors import BadInput

Kind = Literal["purged", "walk_forward", "combinatorial", "random"]
KINDS: tuple[str, ...] = get_args(Kind)
TESTED_TOGETHER = 2
"""Blocks of time that a combinatorial fold tests."""


@dataclass(frozen=True)
class Horizons:
    """When each sample's label was decided; one value per sample. Times are microseconds."""

    chart: Ints
    time: Ints
    start: Ints
    end: Ints
    """First and last moment that the label was decided on."""
    reads: Ints
    """First moment that its features read."""

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def joined(cls, parts: "Sequence[Horizons]") -> "Horizons":
        if len(parts) == 1:
            return parts[0]
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))


@dataclass(frozen=True)
class Fold:
    number: int
    train: Ints
    """Numbers of training samples."""
    blocks: tuple[int, ...]
    """Blocks of time that it tests; but for combinatorial folds that is the one of its number."""


@dataclass(frozen=True)
class Dealt:
    """A block for each of the tested samples."""

    tested: Horizons
    block: Ints

    def at(self, chart: int, time: Ints) -> Ints:
        """The blocks of the tested samples of a chart at these moments; the next one's where there
        is none at such a moment, and -1 on a chart without any."""
        own = np.flatnonzero(self.tested.chart == chart)
        if not len(own):
            return np.full(len(time), -1)
        at = np.searchsorted(self.tested.time[own], time)
        found: Ints = self.block[own[np.minimum(at, len(own) - 1)]]
        return found


@dataclass(frozen=True)
class Split:
    """How the time of a run is parted into blocks that are tested, and what each is tested by."""

    kind: Kind
    boundaries: Ints
    """Moments where one block ends and the next begins: n of them make n + 1 blocks."""
    dealt: "Dealt | None"
    """Where not time decides on the blocks but a random draw."""
    folds: tuple[Fold, ...]
    """Walk-forward never tests the first block."""
    leaks: int
    """Training samples whose horizon overlaps their fold's test range."""

    @property
    def blocks(self) -> list[int]:
        """Those that are tested."""
        return sorted({block for fold in self.folds for block in fold.blocks})

    def block_of(self, time: Ints) -> Ints:
        """The block that a moment lies in, by time alone."""
        return np.searchsorted(self.boundaries, time, side="right")

    def testers(self, block: int) -> list[int]:
        """Numbers of the folds whose models have not seen a block."""
        return [fold.number for fold in self.folds if block in fold.blocks]

    def dealt_to(self, chart: int, time: Ints) -> Ints:
        """The block whose models predict samples of a chart at these moments."""
        if self.dealt is None:
            return self.block_of(time)
        return self.dealt.at(chart, time)

    def only(self, numbers: set[int]) -> "Split":
        return replace(self, folds=tuple(fold for fold in self.folds if fold.number in numbers))


def make_split(
    kind: Kind, rows: Horizons, tested: Horizons, boundaries: Ints, seed: int = 0
) -> Split:
    """`rows` are learnt from; `tested`, of which they may be a few, in order of chart and time.

    purged: each block is tested by what lies before and behind it; walk_forward: by what lies
    before it alone, so that the first is never tested; combinatorial: each two blocks by all the
    others, so that every block is tested by several models that learnt from different spans;
    random deals samples out blindly, so that neighbours of what is tested are trained on and its
    scores say nothing of other data."""
    if kind not in KINDS:
        raise BadInput(f"There is no split {kind!r}; there are {', '.join(KINDS)}.")
    block_of_row = np.searchsorted(boundaries, rows.time, side="right")
    block_of_tested = np.searchsorted(boundaries, tested.time, side="right")
    dealt = None
    if kind == "random":
        block_of_tested = np.random.default_rng(seed).permutation(block_of_tested)
        dealt = Dealt(tested, block_of_tested)
        for chart in np.unique(rows.chart):
            own = rows.chart == chart
            block_of_row[own] = dealt.at(int(chart), rows.time[own])
    folds = []
    leaks = 0
    for number, blocks in enumerate(_tested_together(kind, len(boundaries) + 1)):
        train = np.flatnonzero(~np.isin(block_of_row, blocks))
        if kind == "walk_forward":
            train = train[block_of_row[train] < blocks[0]]
        for block in blocks if kind != "random" else ():
            train = _purge(rows, train, tested, block_of_tested == block)
        fold_number = number if kind == "combinatorial" else blocks[0]
        folds.append(Fold(fold_number, train, blocks))
        leaks += count_leaks(rows, train, tested, np.isin(block_of_tested, blocks))
    return Split(kind, boundaries, dealt, tuple(folds), leaks)


def _tested_together(kind: Kind, count: int) -> list[tuple[int, ...]]:
    """Per fold, the blocks that it tests."""
    if kind == "combinatorial" and count > TESTED_TOGETHER:
        return list(combinations(range(count), TESTED_TOGETHER))
    return [(block,) for block in range(1 if kind == "walk_forward" else 0, count)]


def _purge(rows: Horizons, train: Ints, tested: Horizons, test: Mask) -> Ints:
    """What knows nothing of the tested samples: neither was its label decided together with one of
    theirs, nor do its features read what they were decided on."""
    if not test.any():
        return train
    first, last = tested.start[test].min(), tested.end[test].max()
    before = rows.end[train] < first
    behind = (rows.start[train] > last) & (rows.reads[train] > last)
    kept: Ints = train[before | behind]
    return kept


def count_leaks(rows: Horizons, train: Ints, tested: Horizons, test: Mask) -> int:
    """Training samples whose horizon overlaps that of any test sample; knows nothing of purging."""
    if not test.any() or not len(train):
        return 0
    order = np.argsort(tested.start[test], kind="stable")
    starts = tested.start[test][order]
    furthest = np.maximum.accumulate(tested.end[test][order])
    # Of the test samples that start no later than the training one ends, does one reach its start?
    upto = np.searchsorted(starts, rows.end[train], side="right")
    overlaps = (upto > 0) & (furthest[np.maximum(upto - 1, 0)] >= rows.start[train])
    return int(np.count_nonzero(overlaps))


def fold_boundaries(starts: Ints, ends: Ints, folds: int) -> Ints:
    """Moments that share the spans out evenly, each in the middle of a gap where there is one."""
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    at = np.unique(np.round(len(starts) * np.arange(1, folds) / folds).astype(np.int64))
    at = at[(at > 0) & (at < len(starts))]
    before, after = ends[at - 1], starts[at]
    return np.unique(np.where(before < after, before + (after - before + 1) // 2, after))
