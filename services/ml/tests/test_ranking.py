"""Rankings made from answers; the short form of `npm run bench -- detector`."""

import numpy as np
import pytest

from app.ranking import Answered, Range, Ranking, average_precision
from bench import detector
from bench.quality import planted
from bench.quality.data import sp500


@pytest.fixture(scope="module")
def flags() -> detector.Set:
    charts = []
    for seed in (1, 2):
        candles, spans = planted.plant(sp500(), ["flag"], 2.2, 40, seed)
        charts.append((candles, [(span.first, span.last) for span in spans]))
    (own, truth), (fresh, fresh_truth) = charts
    start = min(truth, key=lambda span: abs(span[1] - span[0] + 1 - 14))
    return detector.Set("flag", own, truth, fresh, fresh_truth, start)


def rejected(own: detector.Set, count: int) -> list[Range]:
    """Places between the flags."""
    return [
        (last + 3, last + 22)
        for (_, last), (first, _) in zip(own.truth, own.truth[1:], strict=False)
        if first - last > 30
    ][:count]


def test_thirty_answers_make_one_span_a_detector(flags: detector.Set) -> None:
    before, after = detector.run(flags, (0, 30))
    assert after.answers == 30
    assert after.same > before.same + 0.2
    assert after.fresh > before.fresh + 0.2
    assert after.fresh > 0.6


def test_what_is_judged_is_not_found_nor_what_may_not_be_looked_at(flags: detector.Set) -> None:
    accepted = list(flags.truth[:8])
    ranking = Ranking.learn(25, [Answered(flags.candles, accepted, rejected(flags, 8))])
    stop = flags.truth[30][1]
    found = ranking.find(flags.candles, 20, judged=accepted, stop=stop)
    assert found
    assert max(match.last for match in found) < stop
    assert all(0 < match.correlation <= 1 for match in found)
    for match in found:
        assert max(detector.iou((match.first, match.last), own) for own in accepted) < 0.3
    scores = [match.correlation for match in found]
    assert scores == sorted(scores, reverse=True)
    again = Ranking.learn(25, [Answered(flags.candles, accepted, rejected(flags, 8))])
    assert again.find(flags.candles, 20, judged=accepted, stop=stop) == found


def test_nothing_after_the_end_counts(flags: detector.Set) -> None:
    accepted, stop = list(flags.truth[:8]), 1_500
    own = [Answered(flags.candles.part(0, stop), accepted, rejected(flags, 5))]
    ranking = Ranking.learn(25, own)
    assert ranking.find(flags.candles, 10, stop=stop) == ranking.find(
        flags.candles.part(0, stop), 10
    )


def test_a_forest_has_to_order_the_answers_better(flags: detector.Set) -> None:
    accepted = list(flags.truth[:12])
    few = Ranking.learn(25, [Answered(flags.candles, accepted, rejected(flags, 2))])
    assert few.forest is None
    # Flags that are said to be none: no forest can tell them, and likeness is as good.
    at_random = np.random.default_rng(0).permutation(len(flags.truth))
    yes = [flags.truth[i] for i in at_random[:20]]
    no = [flags.truth[i] for i in at_random[20:]]
    told = Ranking.learn(25, [Answered(flags.candles, yes, no)])
    found = told.find(flags.fresh, 40)
    assert len(found) == 40


def test_average_precision() -> None:
    right = np.array([True, False, True, False])
    assert average_precision(np.array([4.0, 3.0, 2.0, 1.0]), right) == pytest.approx(5 / 6)
    assert average_precision(np.array([1.0, 2.0, 3.0, 4.0]), ~right) == pytest.approx(5 / 6)
    assert average_precision(np.array([1.0]), np.array([False])) == 0.0
