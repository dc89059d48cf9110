"""Means over the draws, and the goals beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from .measure import SERVICE, Measured


@dataclass(frozen=True)
class Goal:
    what: str
    reached: Callable[[Sequence[Measured]], float | None]
    """None where its cases were not run."""
    at_least: float | None = None
    at_most: float | None = None

    def is_met(self, value: float) -> bool:
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)


def mean_f1(group: str, name: str = "") -> Callable[[Sequence[Measured]], float | None]:
    return lambda all_: _mean([m.f1 for m in _service(all_, group, name)])


def _service(all_: Sequence[Measured], group: str, name: str = "") -> list[Measured]:
    return [m for m in all_ if m.group == group and name in m.name and m.method == SERVICE]


def _calibration(all_: Sequence[Measured]) -> float | None:
    return _mean([m.calibration_error for n in (10, 20, 40) for m in _service(all_, f"real {n}")])


def _coverage(all_: Sequence[Measured]) -> float | None:
    """Share of the runs with 20 labelled spans whose interval holds the F1 on the rest."""
    runs = [*_service(all_, "real 20"), *_service(all_, "planted 2.2")]
    covered = [
        float(m.interval is not None and m.interval[0] <= m.f1 <= m.interval[1]) for m in runs
    ]
    return _mean(covered)


def _lost(group: str) -> Callable[[Sequence[Measured]], float | None]:
    def lost(all_: Sequence[Measured]) -> float | None:
        before, after = mean_f1("real 20")(all_), mean_f1(group)(all_)
        return None if before is None or after is None else before - after

    return lost


def _above_chance(all_: Sequence[Measured]) -> float | None:
    """Share of the runs without information that say more of themselves than chance."""
    runs = _service(all_, "control: no information")
    return _mean([float(m.interval is None or m.interval[0] > (m.chance or 0.0)) for m in runs])


def _above_true_chance(all_: Sequence[Measured]) -> float | None:
    runs = _service(all_, "control: no information", "random")
    return _mean([m.f1 - m.true_chance for m in runs])


GOALS = (
    Goal("F1, 10 labelled, mean of the four real sets", mean_f1("real 10"), at_least=0.45),
    Goal("F1, 20 labelled, mean of the four real sets", mean_f1("real 20"), at_least=0.55),
    Goal("F1, 40 labelled, mean of the four real sets", mean_f1("real 40"), at_least=0.60),
    Goal("F1, three planted kinds at 2.2 sd", mean_f1("planted 2.2", "three"), at_least=0.68),
    Goal("calibration error of the scores shown, real sets", _calibration, at_most=0.07),
    Goal("the interval of a run's F1 holds the true one, 20 labelled", _coverage, at_least=0.8),
    Goal(
        "F1 lost by one right confirm far away", _lost("control: one confirm far away"), None, 0.03
    ),
    Goal(
        "F1 lost by one right dismiss far away", _lost("control: one dismiss far away"), None, 0.03
    ),
    Goal("F1 above chance, labels at random places", _above_true_chance, at_most=0.05),
    Goal("labels without information called better than chance", _above_chance, at_most=0.1),
)


def goals(before: Sequence[Measured]) -> tuple[Goal, ...]:
    """With the processor time that a run may take, where results of another version are kept."""

    def cpu_ratio(all_: Sequence[Measured]) -> float | None:
        own, was = (_mean([m.cpu_s for m in _service(m_, "real 20")]) for m_ in (all_, before))
        return own / was if own and was else None

    what = "CPU of a run up to its predictions, 20 labelled, to that of the kept results"
    return (*GOALS, Goal(what, cpu_ratio, at_most=2.0))


def goals_met(measured: Sequence[Measured], before: Sequence[Measured] = ()) -> bool:
    reached = [(goal, goal.reached(measured)) for goal in goals(before)]
    return all(value is None or goal.is_met(value) for goal, value in reached)


def render(measured: Sequence[Measured], before: Sequence[Measured] = ()) -> str:
    """Tables in Markdown, as docs/benchmarks.md has them."""
    lines = [
        "| labels | chart | method | F1 | before | mAP | says F1 | score off | cpu s | figures |"
    ]
    lines += ["|---|---|---|---|---|---|---|---|---|---|"]
    old = {key: list(own) for key, own in groupby(sorted(before, key=_key), _key)}
    for key, group in groupby(sorted(measured, key=_key), _key):
        own = list(group)
        was = _mean([m.f1 for m in old.get(key, [])])
        cells = [
            f"{_mean([m.f1 for m in own]):.2f} ({min(m.f1 for m in own):.2f}–"
            f"{max(m.f1 for m in own):.2f})",
            "" if was is None else f"{was:.2f}",
            *(
                f"{_mean([getattr(m, name) for m in own]):.2f}"
                for name in ("map", "shown_f1", "calibration_error", "cpu_s", "figures_cpu_s")
            ),
        ]
        lines.append(f"| {' | '.join([*key, *cells])} |")
    lines += ["", "| goal | | reached | before | |", "|---|---|---|---|---|"]
    for goal in goals(before):
        value, was = goal.reached(measured), goal.reached(before)
        if value is None:
            continue
        limit = f"≥ {goal.at_least}" if goal.at_least is not None else f"≤ {goal.at_most}"
        verdict = "PASS" if goal.is_met(value) else "FAIL"
        earlier = "" if was is None else f"{was:.2f}"
        lines.append(f"| {goal.what} | {limit} | {value:.2f} | {earlier} | {verdict} |")
    return "\n".join(lines)


def _key(measured: Measured) -> tuple[str, str, str]:
    return measured.group, measured.name, measured.method


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
