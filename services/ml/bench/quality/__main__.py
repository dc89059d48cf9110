"""python -m bench.quality [--only TEXT] [--draws N] [--data FILE] [--save FILE] [--against FILE]"""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from . import cases, data, label_errors, label_next, report
from .cases import Case
from .measure import Measured, measure


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="npm run bench -- ml-quality", description=__doc__)
    parser.add_argument(
        "--only",
        default="",
        help="a regular expression for “GROUP, NAME”, “label next” or “label errors”",
    )
    parser.add_argument("--draws", type=int, default=cases.DRAWS)
    parser.add_argument("--first-draw", type=int, default=0, help="for seeds never used before")
    parser.add_argument("--data", type=Path, help="a CSV file in the place of the EUR/USD hours")
    parser.add_argument("--no-references", action="store_true", help="the service's model alone")
    parser.add_argument("--save", type=Path, help="keep the results, as JSON")
    parser.add_argument("--against", type=Path, help="print kept results beside these")
    return parser.parse_args()


def all_cases(args: argparse.Namespace) -> Iterator[Case]:
    draws = range(args.first_draw, args.first_draw + args.draws)
    sp500 = data.sp500()
    eurusd = data.read_csv(args.data) if args.data else data.eurusd()
    sources = {"S&P 500": sp500, "EUR/USD": eurusd}
    yield from cases.real(sources, draws=draws)
    for kind in ("flag", "double_bottom", "head_and_shoulders", "squeeze"):
        yield from cases.plant(sp500, [kind], draws=draws)
    three = ["flag", "double_bottom", "head_and_shoulders"]
    yield from cases.plant(sp500, three, draws=draws)
    for case in cases.real(sources, [20], draws):
        yield cases.confirmed_far_away(case)
        yield cases.dismissed_far_away(case)
    for draw in draws:
        yield cases.random_places(sp500, draw)
        yield cases.tiling(sp500, draw)


def main() -> int:
    args = arguments()
    measured: list[Measured] = []
    started = time.monotonic()
    for case in all_cases(args):
        if not re.search(args.only, f"{case.group}, {case.name}"):
            continue
        is_real = case.group == "real 20" and case.draw == args.first_draw
        references = is_real and not args.no_references
        measured += measure(case, references=references)
        last = measured[-1]
        sys.stderr.write(
            f"\r{len(measured)} runs, {time.monotonic() - started:.0f} s: {last.name}\x1b[K"
        )
    sys.stderr.write("\n")
    if args.save:
        args.save.write_text(json.dumps([one._asdict() for one in measured], indent=1))
    before = []
    if args.against:
        before = [Measured(**one) for one in json.loads(args.against.read_text())]
    if measured:
        print(report.render(measured, before))
    return 0 if report.goals_met(measured, before) and all(_others(args)) else 1


def _others(args: argparse.Namespace) -> Iterator[bool]:
    """What is no single run: whether each goal is met, its figures printed."""
    draws = range(args.first_draw, args.first_draw + args.draws)
    if re.search(args.only, "label next"):
        sources = {"S&P 500": data.sp500(), "EUR/USD": data.eurusd()}
        text, is_met = label_next.render(list(label_next.courses(sources, draws)))
        print(f"\n{text}")
        yield is_met
    if re.search(args.only, "label errors"):
        found = [
            label_errors.measure(data.sp500(), height, draw)
            for height in label_errors.HEIGHTS
            for draw in draws
        ]
        text, is_met = label_errors.render(found)
        print(f"\n{text}")
        yield is_met


if __name__ == "__main__":
    raise SystemExit(main())
