"""Lists what looks like a span."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.table import Column, Table

from .. import db
from .. import span_ranges as spans
from ..candle_columns import Candles
from ..errors import BadInput
from ..settings import settings
from .console import out

if TYPE_CHECKING:
    from ..search import Match, Query


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "search",
        help="list the windows most like a span",
        description="Lists the windows whose closes are most like a span's, best first. Left out "
        "is what has the span's label already, or is said to be no pattern.",
    )
    parser.add_argument("span", metavar="SPAN", help="its uid")
    parser.add_argument(
        "charts", nargs="*", metavar="CHART", help="name or id; the span's own if none"
    )
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="a line of JSON for each")
    parser.set_defaults(run=_search)


@dataclass(frozen=True)
class FoundMatch:
    chart: str
    start: str
    end: str
    match: Match


def _search(args: argparse.Namespace) -> None:
    # SciPy takes long to load, and the other commands do without this.
    from ..search import Series

    url = settings().database_url
    with db.connect(url) as connection:
        asked = [db.find_chart(connection, chart) for chart in args.charts]
    with db.snapshot(url) as snapshot:
        own, span = snapshot.find_span(args.span)
        query = _query_of(db.to_candles(snapshot.read_candles(own)), span)
        found: list[FoundMatch] = []
        for chart in snapshot.read_charts(sorted(set(asked or [own]))).to_pylist():
            candles = db.to_candles(snapshot.read_candles(chart["id"]))
            drawn = db.to_spans(chart["id"], snapshot.read_spans(chart["id"]))
            settled = [s for s in drawn if s.label in (span.label, spans.NEGATIVE)]
            judged = [(s.first, s.last) for s in spans.locate(candles, spans.human_spans(settled))]
            for match in Series(candles).search(query, args.limit, judged=judged):
                start, end = (_text(candles.time[at]) for at in (match.first, match.last))
                found.append(FoundMatch(chart["name"], start, end, match))
    found.sort(key=lambda each: -each.match.correlation)
    _print(found[: args.limit], args.json)


def _query_of(candles: Candles, span: spans.Span) -> Query:
    from ..search import Query

    located = spans.locate(candles, [span])
    if not located:
        raise BadInput("The span holds no candle of its chart.")
    return Query.of(candles, located[0].first, located[0].last)


def _print(found: list[FoundMatch], as_json: bool) -> None:
    times = (Column(name, overflow="fold") for name in ("from", "to"))
    table = Table("chart", *times, "bars", "correlation", "distance a bar")
    for each in found:
        bars = each.match.last - each.match.first + 1
        correlation, distance = round(each.match.correlation, 4), round(each.match.distance, 4)
        row = {
            "chart": each.chart,
            "start": each.start,
            "end": each.end,
            "bars": bars,
            "correlation": correlation,
            "distance": distance,
        }
        if as_json:
            sys.stdout.write(f"{json.dumps(row, ensure_ascii=False)}\n")
        else:
            table.add_row(
                each.chart, each.start, each.end, str(bars), f"{correlation:.3f}", f"{distance:.3f}"
            )
    if not as_json:
        out.print(table)


def _text(microseconds: int) -> str:
    return datetime.fromtimestamp(int(microseconds) / 1_000_000, UTC).isoformat()
