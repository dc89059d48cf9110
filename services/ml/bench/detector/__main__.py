"""From one span to a detector, with a scripted annotator in the place of a person.

python -m bench.detector [--only NAME] [--seed NUMBER] [--json FILE]

The annotator starts with one span and is shown the best window that nobody has judged, as "find
similar" shows it. It says yes where a true span is there (from an IoU of 0.2 on, with edges put
right below 0.75), else no; the ranking is made anew after every 10 answers. What it has then is
held against the truth: on the same chart, accepted spans included, and on one on which nothing
was answered. Beside it stand likeness to the one span, answers to random windows, and a run
trained on as many labels from the start of the chart on.
"""

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from . import loop, time_order
from .loop import LOOP, RANDOM, SIMILARITY, Point
from .sets import Set, sets

POINTS = (0, 10, 20, 30, 50, 75, 100)
SHOWN = (0, 30, 50, 100)
GOALS = (
    ("planted", 30, "whole chart", 0.85),
    ("planted", 30, "fresh chart", 0.85),
    ("planted", 100, "whole chart", 0.92),
    ("planted", 100, "fresh chart", 0.90),
    ("real", 30, "whole chart", 0.65),
    ("real", 30, "fresh chart", 0.40),
    ("real", 100, "whole chart", 0.88),
    ("real", 100, "fresh chart", 0.50),
)
"""Mean average precision of the loop, in the mean of the sets of a kind."""
ABOVE_FROM = 20
"""Answers from which on the loop has to be above all that it is held against."""

Key = tuple[str, str, int, str]
"""Kind of set, method, answers, and chart."""
Reached = defaultdict[Key, list[float]]
Means = dict[Key, float]
Curves = dict[str, list[Point]]
"""By method, or by chart."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="sets whose name holds this")
    parser.add_argument("--seed", type=int, default=1, help="of the planted patterns")
    parser.add_argument("--json", type=Path, help="writes the means to this file")
    args = parser.parse_args()
    print("| set, length of the first span | that span alone: whole, fresh |", end="")
    print("".join(f" {answers} answers |" for answers in SHOWN[1:]), flush=True)
    reached: Reached = defaultdict(list)
    in_time: Curves = {}
    for own in sets(args.seed):
        if args.only in own.name:
            for method, curve in _curves(own, in_time).items():
                for point in curve:
                    reached[own.kind, method, point.answers, "whole chart"].append(point.whole)
                    reached[own.kind, method, point.answers, "fresh chart"].append(point.fresh)
    means = {key: float(np.mean(values)) for key, values in reached.items()}
    for (kind, method, answers, chart), value in means.items():
        print(f"{kind}, {method}, {answers} answers, {chart}: {value:.3f}")
    if args.json:
        points = [
            {"kind": kind, "chart": chart, "method": method, "answers": answers, "value": value}
            for (kind, method, answers, chart), value in means.items()
        ]
        args.json.write_text(json.dumps(points))
    sys.exit(not _verdict(means))


def _curves(own: Set, in_time: Curves) -> Curves:
    """Per method; prints the loop's. Time order knows no start and is done once for a chart: its
    curves are in `in_time`."""
    followed = {method: loop.run(own, POINTS, method) for method in (LOOP, SIMILARITY, RANDOM)}
    if own.chart not in in_time:
        in_time[own.chart] = time_order.run(own, POINTS)
    found = {point.answers: point for point in followed[LOOP]}
    cells = [f"{found[n].whole:.2f}, {found[n].fresh:.2f}" for n in SHOWN if n in found]
    print("|", " | ".join([own.name, *cells]), "|", flush=True)
    return followed | {time_order.METHOD: in_time[own.chart]}


def _verdict(means: Means) -> bool:
    results = []

    def say(is_met: bool, text: str) -> None:
        results.append(is_met)
        print("PASS" if is_met else "FAIL", text, sep="  ")

    for kind, answers, chart, goal in GOALS:
        value = means.get((kind, LOOP, answers, chart))
        if value is not None:
            text = f"{kind}, {answers} answers, {chart}: mAP {value:.3f}, goal >= {goal}"
            say(value >= goal, text)
    for kind, method, answers, chart in means:
        own = means.get((kind, LOOP, answers, chart))
        other = means[kind, method, answers, chart]
        if method != LOOP and answers >= ABOVE_FROM and own is not None:
            text = f"{kind}, {answers} answers, {chart}: {own:.3f}, {method} {other:.3f}"
            say(own > other, text)
    return all(results)


if __name__ == "__main__":
    main()
