import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from app import splits
from app.candle_columns import Ints, Mask
from app.errors import BadInput
from app.labels import samples
from app.labels.samples import Samples
from tests import market

GOLDEN = Path(__file__).parent / "golden" / "folds.json"


def learnable(seed: int, charts: int = 1) -> Samples:
    made = []
    for number in range(charts):
        candles, where = market.planted(1_500, 40, seed + number)
        made.append(market.chart(candles, where, number + 1))
    return samples.prepare(made, [], lambda _: None)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("charts", [1, 3])
@pytest.mark.parametrize("kind", ["purged", "walk_forward", "combinatorial"])
def test_no_training_window_knows_of_its_test_range(
    kind: splits.Kind, charts: int, seed: int
) -> None:
    rows = learnable(seed, charts)
    split = samples.make_split(rows, kind, 5, 0)
    assert len(split.folds) == {"purged": 5, "walk_forward": 4, "combinatorial": 10}[kind]
    assert split.leaks == 0
    block = split.block_of(rows.tested.time)
    for fold in split.folds:
        test = np.isin(block, fold.blocks)
        assert test.any()
        assert len(fold.train) > 0
        assert overlaps(rows, fold, test) == 0
        if kind == "walk_forward":
            assert rows.horizons.end[fold.train].max() < rows.tested.start[test].min()
    testers = [len(split.testers(number)) for number in range(5)]
    expected = {"purged": [1] * 5, "walk_forward": [0, 1, 1, 1, 1], "combinatorial": [4] * 5}
    assert testers == expected[kind]


def overlaps(rows: Samples, fold: splits.Fold, test: Mask) -> int:
    """Pair by pair, for some of the training windows."""
    some = fold.train[:: max(1, len(fold.train) // 500)]
    start, end = rows.tested.start[test], rows.tested.end[test]
    own = rows.horizons
    return sum(bool(((start <= own.end[row]) & (end >= own.start[row])).any()) for row in some)


def test_no_training_window_reads_what_the_block_before_it_is_tested_on() -> None:
    rows = learnable(0)
    split = samples.make_split(rows, "purged", 5, 0)
    block = split.block_of(rows.tested.time)
    for fold in split.folds[:-1]:
        last = rows.tested.end[block == fold.blocks[0]].max()
        behind = fold.train[rows.horizons.time[fold.train] > last]
        assert rows.horizons.reads[behind].min() > last


def test_without_purging_it_would_leak() -> None:
    rows = learnable(0)
    split = samples.make_split(rows, "purged", 5, 0)
    test = split.block_of(rows.tested.time) == 2
    train = np.flatnonzero(split.block_of(rows.horizons.time) != 2)
    assert splits.count_leaks(rows.horizons, train, rows.tested, test) > 50
    assert samples.make_split(rows, "random", 5, 0).leaks > 1_000


def horizons(start: Ints, end: Ints, look_back: int) -> splits.Horizons:
    return splits.Horizons(np.zeros_like(start), start, start, end, start - look_back)


@pytest.mark.parametrize("kind", ["purged", "walk_forward", "combinatorial"])
def test_folds_are_those_of_another_package(kind: splits.Kind) -> None:
    """golden/make_folds.py names it."""
    golden = json.loads(GOLDEN.read_text())
    own = horizons(np.array(golden["start"]), np.array(golden["end"]), golden["lookBack"])
    size = len(own) // golden["blocks"]
    split = splits.make_split(kind, own, own, own.start[size::size][: golden["blocks"] - 1])
    theirs = golden["folds"][kind]
    assert len(split.folds) == len(theirs)
    for fold, expected in zip(split.folds, theirs, strict=True):
        assert fold.train.tolist() == expected["train"]
        test = np.flatnonzero(np.isin(split.block_of(own.time), fold.blocks))
        assert test.tolist() == expected["test"]


def test_what_reads_back_into_the_test_range_is_embargoed() -> None:
    time = np.arange(1_000)
    own = horizons(time, time, 10)
    split = splits.make_split("purged", own, own, np.array([400, 500]))
    assert split.folds[1].train.tolist() == [*range(400), *range(510, 1_000)]


def test_random_folds_deal_out_moments() -> None:
    rows = learnable(0)
    split = samples.make_split(rows, "random", 5, 0)
    dealt = split.dealt_to(0, rows.tested.time)
    assert sorted(np.unique(dealt).tolist()) == list(range(5))
    assert np.count_nonzero(np.diff(dealt)) > 0.7 * len(dealt)
    for fold in split.folds:
        assert not np.isin(split.dealt_to(0, rows.horizons.time[fold.train]), fold.blocks).any()


def test_a_random_split_is_refused_unless_named() -> None:
    assert get_args(splits.Kind)[0] == "purged"
    own = horizons(np.arange(3), np.arange(3), 0)
    with pytest.raises(BadInput, match="There is no split 'shuffled'"):
        splits.make_split("shuffled", own, own, np.array([1]))  # type: ignore[arg-type]


def test_boundaries_lie_in_gaps() -> None:
    starts = np.array([0, 100, 200, 300, 400, 500])
    assert splits.fold_boundaries(starts, starts + 50, 3).tolist() == [175, 375]
    assert splits.fold_boundaries(starts, starts + 150, 2).tolist() == [300]
    assert splits.fold_boundaries(starts[:2], starts[:2] + 1, 20).tolist() == [51]
