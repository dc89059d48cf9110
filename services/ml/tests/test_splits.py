from typing import get_args

import numpy as np
import pytest

from app import splits
from app.errors import BadInput
from app.labels import samples
from app.labels.samples import Samples
from tests import market


def learnable(seed: int, charts: int = 1) -> Samples:
    made = []
    for number in range(charts):
        candles, where = market.planted(1_500, 40, seed + number)
        made.append(market.chart(candles, where, number + 1))
    return samples.prepare(made, [], lambda _: None)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("charts", [1, 3])
@pytest.mark.parametrize("kind", ["purged", "walk_forward"])
def test_no_training_window_knows_of_its_test_range(
    kind: splits.Kind, charts: int, seed: int
) -> None:
    rows = learnable(seed, charts)
    split = samples.make_split(rows, kind, 5, 0)
    assert len(split.folds) == (5 if kind == "purged" else 4)
    assert split.leaks == 0
    for fold in split.folds:
        assert len(fold.test) > 0
        assert len(fold.train) > 0
        assert overlaps(rows.horizons, fold) == 0
    tested = np.concatenate([fold.test for fold in split.folds])
    assert len(np.unique(tested)) == len(tested)
    if kind == "purged":
        assert len(tested) == len(rows.owner)
    else:
        for fold in split.folds:
            assert rows.horizons.end[fold.train].max() < rows.horizons.start[fold.test].min()


def overlaps(horizons: splits.Horizons, fold: splits.Fold) -> int:
    """Pair by pair, for some of the training windows."""
    some = fold.train[:: max(1, len(fold.train) // 500)]
    start, end = horizons.start[fold.test], horizons.end[fold.test]
    return sum(
        bool(((start <= horizons.end[row]) & (end >= horizons.start[row])).any()) for row in some
    )


def test_without_purging_it_would_leak() -> None:
    rows = learnable(0)
    ids = samples.make_split(rows, "purged", 5, 0).fold_ids
    fold = splits.Fold(2, np.flatnonzero(ids != 2), np.flatnonzero(ids == 2))
    assert splits.count_leaks(rows.horizons, fold) > 100
    assert samples.make_split(rows, "random", 5, 0).leaks > 1_000


def test_candles_behind_the_test_range_are_embargoed() -> None:
    n = 1_000
    time = np.arange(n)
    horizons = splits.Horizons(np.zeros(n, np.int64), time, time, time)
    split = splits.make_split("purged", horizons, np.array([400, 500]), np.ones(n, np.bool_))
    fold = split.folds[1]
    assert fold.test.tolist() == list(range(400, 500))
    assert fold.train.tolist() == [*range(400), *range(510, n)]


def test_only_masked_samples_are_trained_on() -> None:
    time = np.arange(100)
    horizons = splits.Horizons(np.zeros(100, np.int64), time, time, time)
    split = splits.make_split("purged", horizons, np.array([50]), time % 2 == 0)
    assert split.folds[0].test.tolist() == list(range(50))
    assert split.folds[0].train.tolist() == list(range(52, 100, 2))


def test_a_random_split_is_refused_unless_named() -> None:
    assert get_args(splits.Kind)[0] == "purged"
    time = np.arange(3)
    horizons = splits.Horizons(time, time, time, time)
    with pytest.raises(BadInput, match="There is no split 'shuffled'"):
        splits.make_split("shuffled", horizons, np.array([1]), time > 0)  # type: ignore[arg-type]


def test_boundaries_lie_in_gaps() -> None:
    starts = np.array([0, 100, 200, 300, 400, 500])
    assert splits.fold_boundaries(starts, starts + 50, 3).tolist() == [175, 375]
    assert splits.fold_boundaries(starts, starts + 150, 2).tolist() == [300]
    assert splits.fold_boundaries(starts[:2], starts[:2] + 1, 20).tolist() == [51]
