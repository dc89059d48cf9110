"""A short form of `npm run bench -- ml-quality`: the same cases and judge, one draw of few."""

from itertools import pairwise

import numpy as np
import pytest

from bench.quality import cases, data, judge, methods, planted, report, rules
from bench.quality.judge import Labelled
from bench.quality.measure import Measured, measure

THREE = ["flag", "double_bottom", "head_and_shoulders"]


def spans(*given: tuple[int, int, str, float]) -> list[Labelled]:
    return [Labelled(*span) for span in given]


def test_the_judge_matches_as_many_as_can_be() -> None:
    truth = spans((0, 9, "a", 1), (6, 15, "a", 1))
    # The first is like both; taking the best first would leave the second nothing.
    predicted = spans((4, 11, "a", 0.9), (6, 15, "a", 0.8), (0, 9, "b", 0.7))
    assert judge.f1(predicted, truth, 0.3) == pytest.approx(2 * 2 / 5)
    assert judge.f1(predicted, truth, 0.5) == pytest.approx(2 * 2 / 5)
    assert judge.f1(predicted, truth, 0.7) == pytest.approx(2 * 1 / 5)
    assert judge.f1([], truth) == 0.0


def test_average_precision_by_hand() -> None:
    truth = spans((0, 9, "a", 1), (20, 29, "a", 1))
    predicted = spans((0, 9, "a", 0.9), (40, 49, "a", 0.8), (20, 29, "a", 0.7), (21, 29, "a", 0.6))
    assert judge.average_precision(predicted, truth, 0.5) == pytest.approx((1 + 2 / 3) / 2)
    assert judge.mean_average_precision(predicted, truth) == pytest.approx((1 + 2 / 3) / 2)


def test_calibration_error_by_hand() -> None:
    truth = spans((0, 9, "a", 1))
    predicted = spans((0, 9, "a", 0.85), (20, 29, "a", 0.85), (40, 49, "a", 0.05))
    assert judge.calibration_error(predicted, truth) == pytest.approx((0.7 + 0.05) / 3)


def test_rules_find_enough_to_learn_from_and_to_judge_by() -> None:
    candles = data.sp500()
    for find in rules.RULES.values():
        found = find(candles)
        assert len(found) >= 70
        assert all(a[1] < b[0] for a, b in pairwise(found))
        # A rule reads nothing behind a span's end, or it could not be seen in time.
        cut = found[30][1] + 1
        assert find(candles.part(0, cut))[:31] == found[:31]


def test_planted_patterns_are_as_noisy_as_what_is_around_them() -> None:
    """Or quietness would give them away without any shape."""
    candles, where = planted.plant(data.sp500(), THREE, 2.2, 300, 0)
    move = np.abs(np.diff(np.log(candles.close), prepend=np.log(candles.close[0])))
    body_top = np.maximum(candles.open, candles.close)
    wick = np.log(candles.high) - np.log(body_top)
    inside = np.zeros(len(move), np.bool_)
    for span in where:
        inside[span.first : span.last + 1] = True
    assert wick[inside].mean() == pytest.approx(wick[~inside].mean(), rel=0.1)
    assert move[inside].mean() >= move[~inside].mean()


def mean_f1(made: list[cases.Case]) -> float:
    return float(
        np.mean(
            [judge.f1(methods.run(case, is_measured=False).predicted, case.truth) for case in made]
        )
    )


def test_planted_patterns_are_found() -> None:
    sp500 = data.sp500()
    assert mean_f1(list(cases.plant(sp500, ["flag"], [2.2], range(2)))) >= 0.7
    assert mean_f1(list(cases.plant(sp500, THREE, [2.2], range(2)))) >= 0.55


def test_a_rule_on_real_candles_is_learnt() -> None:
    assert mean_f1(list(cases.real({"S&P 500": data.sp500()}, [20], [0, 1]))) >= 0.5


def test_labels_without_information_teach_nothing() -> None:
    """In the mean: of single draws one or the other is 0.15 off."""
    above = []
    for draw in range(3):
        case = cases.random_places(data.sp500(), draw)
        result = methods.run(case, is_measured=False)
        chance = judge.chance(result.predicted, case.truth, case.rest, len(case.candles))
        above.append(judge.f1(result.predicted, case.truth) - chance)
    assert np.mean(above) <= 0.12


def test_the_report_holds_means_against_goals() -> None:
    case = next(cases.plant(data.sp500(), ["flag"], [3.0], [0], 12))
    measured = measure(case, references=False)
    lines = report.render(measured, measured).splitlines()
    assert "| planted 3.0 | flag | service |" in lines[2]
    good = Measured(
        "real 20", "x", 0, "service", 0.6, 0.5, 0.6, [0.5, 0.7], 0.1, 0.1, 0.3, 0.05, 1.0
    )
    assert report.goals_met([good])
    assert not report.goals_met([good._replace(f1=0.5)])
    assert "| 0.50 | 0.60 | FAIL |" in report.render([good._replace(f1=0.5)], [good])
    slow = good._replace(cpu_s=2.1 * good.cpu_s)
    assert report.goals_met([slow])
    assert not report.goals_met([slow], [good])
    assert "| ≤ 2.0 | 2.10 | 1.00 | FAIL |" in report.render([slow], [good])
