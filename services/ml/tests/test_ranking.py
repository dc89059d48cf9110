"""Rankings made from answers; the short form of `npm run bench -- detector`."""

import numpy as np
import pytest

from app.answers import Answered, Range, near_answers, weights, windows_over
from app.candle_columns import Floats
from app.edges import Edges
from app.features import windows
from app.ranking import Ranking, average_precision, lengths_for
from bench.detector import loop, sets
from bench.quality.data import sp500


@pytest.fixture(scope="module")
def flags() -> sets.Set:
    own, truth = sets.plant(sp500(), "flag", 1, 40)
    fresh, fresh_truth = sets.plant(sp500(), "flag", 2, 40)
    start = sets.nearest(truth, 14)
    return sets.Set("planted", "flag", "flag", own, truth, fresh, fresh_truth, start)


def rejected(own: sets.Set, count: int) -> list[Range]:
    """Places between the flags."""
    return [
        (last + 3, last + 22)
        for (_, last), (first, _) in zip(own.truth, own.truth[1:], strict=False)
        if first - last > 30
    ][:count]


def test_thirty_answers_make_one_span_a_detector(flags: sets.Set) -> None:
    before, after = loop.run(flags, (0, 30))
    assert after.answers == 30
    assert after.has_forest
    assert after.whole > before.whole + 0.2
    assert after.fresh > before.fresh + 0.2
    assert after.fresh > 0.6


def test_what_it_is_held_against(flags: sets.Set) -> None:
    (alike,) = loop.run(flags, (10,), loop.SIMILARITY)
    assert not alike.has_forest
    (at_random,) = loop.run(flags, (10,), loop.RANDOM)
    assert at_random.accepted < alike.accepted


def test_what_is_judged_is_not_found_nor_what_may_not_be_looked_at(flags: sets.Set) -> None:
    accepted = list(flags.truth[:8])
    ranking = Ranking.learn(25, [Answered(flags.candles, accepted, rejected(flags, 8))])
    stop = flags.truth[30][1]
    found = ranking.find(flags.candles, 20, judged=accepted, stop=stop)
    assert found
    assert max(match.last for match in found) < stop
    assert all(0 < match.correlation <= 1 for match in found)
    for match in found:
        assert max(loop.iou((match.first, match.last), own) for own in accepted) < 0.3
    scores = [match.correlation for match in found]
    assert scores == sorted(scores, reverse=True)
    again = Ranking.learn(25, [Answered(flags.candles, accepted, rejected(flags, 8))])
    assert again.find(flags.candles, 20, judged=accepted, stop=stop) == found


def test_nothing_after_the_end_counts(flags: sets.Set) -> None:
    accepted, stop = list(flags.truth[:8]), 1_500
    own = [Answered(flags.candles.part(0, stop), accepted, rejected(flags, 5))]
    ranking = Ranking.learn(25, own)
    assert ranking.find(flags.candles, 10, stop=stop) == ranking.find(
        flags.candles.part(0, stop), 10
    )


def test_a_forest_has_to_order_the_answers_better(flags: sets.Set) -> None:
    few = Ranking.learn(25, [Answered(flags.candles, list(flags.truth[:1]), rejected(flags, 8))])
    assert few.forest is None
    enough = Ranking.learn(
        25, [Answered(flags.candles, list(flags.truth[:12]), rejected(flags, 8))]
    )
    assert enough.forest is not None
    # Flags that are said to be none: no forest can tell them, and likeness is as good.
    at_random = np.random.default_rng(0).permutation(len(flags.truth))
    yes = [flags.truth[i] for i in at_random[:20]]
    no = [flags.truth[i] for i in at_random[20:]]
    told = Ranking.learn(25, [Answered(flags.candles, yes, no)])
    found = told.find(flags.fresh, 40)
    assert len(found) == 40


def test_lengths_follow_the_edges_that_were_put_right() -> None:
    around = lengths_for(20, [(100, 119)])
    assert min(around) <= 12
    assert 35 <= max(around) < 45
    corrected = lengths_for(20, [(100, 119), (200, 279), (300, 307)])
    assert min(corrected) <= 8
    assert max(corrected) >= 80


def test_what_answers_say_of_windows(flags: sets.Set) -> None:
    accepted, refused = [(500, 519), (530, 549)], [(700, 719)]
    own = Answered(flags.candles, accepted, refused)
    rows = near_answers([own, Answered(flags.fresh, [], []), own], [20])
    assert set(rows.answer.tolist()) == {0, 1, 2, 3, 4, 5}
    assert set(rows.answer[rows.is_pattern].tolist()) == {0, 1, 3, 4}
    # Each step is two candles: IoU of 0.6 from 5 on, so 5 windows of each span at most.
    assert np.bincount(rows.answer[rows.is_pattern]).max() <= 5
    own_weights = weights(rows)
    per_span = np.bincount(rows.answer, own_weights * rows.is_pattern)
    assert per_span[[0, 1, 3, 4]] == pytest.approx(per_span[0])
    assert per_span.sum() == pytest.approx((~rows.is_pattern).sum())
    assert rows.features.shape == (len(rows.answer), len(windows.NAMES))


def test_a_match_has_the_edges_that_windows_agree_on(flags: sets.Set) -> None:
    accepted = list(flags.truth[:20])
    ranking = Ranking.learn(25, [Answered(flags.candles, accepted, rejected(flags, 8))])
    lengths = set(lengths_for(25, accepted))
    found = ranking.find(flags.candles, 20)
    assert any(match.last - match.first + 1 not in lengths for match in found)
    for number, match in enumerate(found):
        others = [(own.first, own.last) for own in found[:number]]
        assert loop.is_open(match, others)


def test_edges_are_learnt_from_accepted_spans(flags: sets.Set) -> None:
    own = Answered(flags.candles, flags.truth, [])
    lengths = lengths_for(25, flags.truth)
    edges = Edges.learn([own, Answered(flags.fresh, [], [])], lengths)
    again = Edges.learn([own], lengths)
    grid, answer = windows_over(Answered(flags.fresh, flags.fresh_truth, []), lengths, 0.5)
    features = windows.compute_features(flags.fresh, grid)
    count = len(flags.fresh)
    first, last = edges.of(grid, features, count)
    assert np.array_equal((first, last), again.of(grid, features, count))
    truth = np.array(flags.fresh_truth)[answer]

    def off(a: Floats, b: Floats) -> float:
        return float(np.mean(np.abs(a - truth[:, 0]) + np.abs(b - truth[:, 1])))

    assert off(first, last) < 0.7 * off(grid.first.astype(float), grid.last.astype(float))
    # No edge leaves the chart.
    first, last = edges.of(grid, features, int(grid.last.max()) + 1)
    assert first.min() >= 0
    assert last.max() <= grid.last.max()


def test_average_precision() -> None:
    right = np.array([True, False, True, False])
    assert average_precision(np.array([4.0, 3.0, 2.0, 1.0]), right) == pytest.approx(5 / 6)
    assert average_precision(np.array([1.0, 2.0, 3.0, 4.0]), ~right) == pytest.approx(5 / 6)
    assert average_precision(np.array([1.0]), np.array([False])) == 0.0
