"""Spans that have to be labelled, window by window as “label next” chooses them, for the F1 of
twenty in order of time.

The later part of a chart is judged and never looked at. The first SEED_SPANS are labelled in order
of time; then a scripted annotator looks at each window that is chosen, with AROUND of its lengths
on either side, labels what is there, and the model learns anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app import label_next
from app.candle_columns import Candles
from app.examined import examined_candles
from app.label_next import Pool
from app.models import document
from app.span_ranges import IndexedSpan
from app.training import learn
from app.training.params import parse_params

from . import judge, rules
from .cases import Case
from .judge import Labelled
from .methods import Silent, chart_of

POOL_SHARE = 0.6
IN_TIME = 20
SEED_SPANS = 5
MOST_SPANS = 12
"""As many as may be needed, on three sets of four."""
PER_MODEL = 1
"""Windows that are looked at before the model learns anew."""
CHECKED = (6, 8, 10, 12, 16)
MOST_WINDOWS = 60
AROUND = 1.5
"""Lengths on either side of a chosen window, as the chart shows it."""


@dataclass(frozen=True)
class Course:
    name: str
    draw: int
    in_time: float
    """F1 on the judged part after the first twenty spans in order of time."""
    chosen: dict[int, float]
    """F1 by the number of spans that were labelled so far."""
    windows: dict[int, int]
    """Windows looked at by then."""


def courses(sources: dict[str, Candles], draws: Sequence[int]) -> Iterator[Course]:
    for source, candles in sources.items():
        for rule, find in rules.RULES.items():
            for draw in draws:
                rng = np.random.default_rng(4_000 + draw)
                spans = rules.jittered(find(candles), rng, len(candles))
                yield follow(
                    f"{source} {rule}", draw, candles, [Labelled(*span, rule) for span in spans]
                )


def follow(name: str, draw: int, candles: Candles, spans: Sequence[Labelled]) -> Course:
    cut = round(POOL_SHARE * len(candles))
    pool = [span for span in spans if span.last < cut]
    truth = [span for span in spans if span.first >= cut]
    case = Case("label next", name, draw, candles, [], [], truth)
    in_time = replace(
        case, labelled=pool[:IN_TIME], examined=[(0, _end_of(pool, min(IN_TIME, len(pool))))]
    )
    reached, _ = judged(in_time, cut)
    labelled = list(pool[:SEED_SPANS])
    examined = [(0, _end_of(pool, SEED_SPANS))]
    chosen: dict[int, float] = {}
    looked: dict[int, int] = {}
    count = 0
    while count < MOST_WINDOWS and len(chosen) < len(CHECKED):
        now = replace(case, labelled=sorted(labelled), examined=examined)
        f1, outcome = judged(now, cut)
        for number in CHECKED:
            if len(labelled) >= number and number not in chosen:
                chosen[number], looked[number] = f1, count
        for first, last in choose(now, outcome, cut):
            margin = round(AROUND * (last - first + 1))
            window = (max(0, first - margin), min(cut - 1, last + margin))
            inside = [s for s in pool if s.first <= window[1] and s.last >= window[0]]
            # A person sees the whole of a span that begins or ends outside of the window.
            window = (
                min([window[0], *(s.first for s in inside)]),
                max([window[1], *(s.last for s in inside)]),
            )
            examined = [*examined, window]
            labelled += [span for span in inside if span not in labelled]
            count += 1
    return Course(name, draw, reached, chosen, looked)


def choose(case: Case, outcome: learn.Outcome, cut: int) -> list[tuple[int, int]]:
    closed = examined_candles(
        case.candles, chart_of(case).examined, [_indexed(s) for s in case.labelled], []
    )
    closed[cut:] = True
    pool = Pool(1, case.candles, closed, [_indexed(span) for span in case.labelled])
    model = document.load(outcome.model, 1)
    picked = label_next.rank([pool], model, outcome.predictions, PER_MODEL)
    return [(choice.first, choice.last) for choice in picked]


def judged(case: Case, cut: int) -> tuple[float, learn.Outcome]:
    """F1 from the run's threshold on, in the part that is judged."""
    outcome = learn.learn([chart_of(case)], parse_params({"chartIds": [1]}), 1, Silent())
    shown = [
        Labelled(span.first, span.last, span.label, span.score)
        for span in outcome.predictions[1]
        if span.first >= cut and span.score >= outcome.metrics["threshold"]
    ]
    return judge.f1(shown, case.truth), outcome


def _indexed(span: Labelled) -> IndexedSpan:
    return IndexedSpan(span.first, span.last, span.label)


def _end_of(spans: Sequence[Labelled], count: int) -> int:
    """Up to the middle between the last that is labelled and the next."""
    last = spans[count - 1].last
    return (last + spans[count].first) // 2 if count < len(spans) else last


def needed(courses: Sequence[Course]) -> int | None:
    """The fewest spans from which on the mean F1 of the draws stays as good as in order of time."""
    in_time = np.mean([course.in_time for course in courses])
    least = None
    for number in sorted(CHECKED, reverse=True):
        values = [course.chosen[number] for course in courses if number in course.chosen]
        if len(values) < len(courses) or np.mean(values) < in_time:
            break
        least = number
    return least


def render(courses: Sequence[Course]) -> tuple[str, bool]:
    """A line for each set, and whether enough of them need few enough spans."""
    lines = [
        "| label next | F1 of 20 in time | "
        + " | ".join(f"of {number}" for number in CHECKED)
        + " | windows for 12 | spans needed |",
        "|---" * (len(CHECKED) + 4) + "|",
    ]
    good = 0
    names = sorted({course.name for course in courses})
    for name in names:
        own = [course for course in courses if course.name == name]
        count = needed(own)
        good += count is not None and count <= MOST_SPANS
        cells = [f"{np.mean([course.in_time for course in own]):.2f}"]
        for number in CHECKED:
            values = [course.chosen[number] for course in own if number in course.chosen]
            cells.append(f"{np.mean(values):.2f}" if values else "–")
        windows = [course.windows[12] for course in own if 12 in course.windows]
        cells.append(f"{np.mean(windows):.0f}" if windows else "–")
        cells.append(f"more than {CHECKED[-1]}" if count is None else str(count))
        lines.append(f"| {name}, {len(own)} draws | {' | '.join(cells)} |")
    is_met = good >= min(3, len(names))
    verdict = "PASS" if is_met else "FAIL"
    lines.append(f"\n{verdict}: at most {MOST_SPANS} spans on {good} of {len(names)} sets, of 3")
    return "\n".join(lines), is_met
