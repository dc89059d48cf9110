"""What is worth a person's look once a run is there: labels that are likely wrong, and candlestick
and chart patterns with the precision that they have had on the chart's labels. Each is stored as a
run of its own without a model, whose predictions wait for a yes or no."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from psycopg.types.json import Jsonb

from . import label_errors
from .candle_columns import Candles, Ints, Mask
from .db import Connection, translate_db_errors
from .features import chart_patterns as shapes
from .features import patterns
from .overlaps import ious
from .prediction import PredictedSpan
from .runs import copy_predictions, current_names, renamed
from .search import Match, without_overlaps
from .span_ranges import NEGATIVE, IndexedSpan

SHOWN_KINDS = ("label", "edges", "missing")
"""A label that is there twice has nothing else to be proposed in its place."""
MOST = 60
"""Of a chart, the likeliest first."""
LEAST_SIGNALS = 5
"""In examined bars; of fewer a precision says nothing."""
LEAST_HITS = 2
FOUND = 0.5
"""IoU from which on a prediction has found a span."""
ANSWERED = 0.5
"""IoU from which on a person has answered the same already."""
SAME_PLACE = 0.3
"""IoU from which on a pattern's window counts as a span."""


@dataclass(frozen=True)
class Evidence:
    """What the score of a pattern's candidates rests on."""

    name: str
    signals: int
    """In examined bars."""
    hits: int
    """Of these, those that met the label."""


Proposed = tuple[list[PredictedSpan], list[Evidence]]


def likely_errors(
    spans: Sequence[IndexedSpan], predicted: Sequence[PredictedSpan], examined: Mask
) -> list[PredictedSpan]:
    """What is proposed in the place of labels; the score is how likely the label is wrong."""
    found = label_errors.find(spans, predicted, examined)
    shown = [error for error in found if error.kind in SHOWN_KINDS]
    return [PredictedSpan(e.first, e.last, e.label, e.score) for e in shown[:MOST]]


def missed(
    spans: Sequence[IndexedSpan],
    predicted: Sequence[PredictedSpan],
    labels: Collection[str],
    threshold: float,
) -> list[PredictedSpan]:
    """Spans with one of these labels of which no prediction from the threshold on says the same:
    an IoU of FOUND with the same label, as in the run's recall. The score is 1 less that of the
    best one below it."""
    first, last = (
        np.array([getattr(p, end) for p in predicted], np.int64) for end in ("first", "last")
    )
    score = np.array([p.score for p in predicted])
    of_label = {
        label: np.array([p.label == label for p in predicted], np.bool_) for label in labels
    }
    shown: dict[tuple[int, int, str], PredictedSpan] = {}
    for span in spans:
        if span.label not in of_label:
            continue
        said = of_label[span.label] & (ious(first, last, span.first, span.last) >= FOUND)
        best = float(score[said].max(initial=0.0))
        if best < threshold:
            # Two people's equal spans are one question.
            own = PredictedSpan(span.first, span.last, span.label, 1.0 - best)
            shown[span.first, span.last, span.label] = own
    return sorted(shown.values(), key=lambda own: (-own.score, own.first))[:MOST]


def candlesticks(
    candles: Candles,
    spans: Sequence[IndexedSpan],
    examined: Mask,
    on_part: Callable[[], None] = lambda: None,
) -> Proposed:
    """Where a pattern of TA-Lib ends and nobody has looked. `on_part` is called after each."""
    ends: dict[str, Ints] = {}
    for name in patterns.NAMES:
        found = [own.last for own in patterns.find(candles, [name])]
        ends[patterns.title(name)] = np.array(found, np.int64)
        on_part()
    return _where_nobody_looked(ends, spans, examined)


def chart_patterns(
    candles: Candles,
    spans: Sequence[IndexedSpan],
    examined: Mask,
    on_part: Callable[[], None] = lambda: None,
) -> Proposed:
    """Where a pattern of ta-patterns is complete and nobody has looked. `on_part` is called after
    each stretch of the chart."""
    found = shapes.find(candles, on_part)
    titled = {shapes.title(name): at for name, at in found.items()}
    return _where_nobody_looked(titled, spans, examined)


def _where_nobody_looked(
    signals: Mapping[str, Ints], spans: Sequence[IndexedSpan], examined: Mask
) -> Proposed:
    """Of each pattern the bars that it ends at. The label is that which its signals in examined
    bars have met most often, the score how often: hits of all its signals there."""
    by_label: dict[str, list[IndexedSpan]] = {}
    for span in spans:
        if span.label != NEGATIVE:
            by_label.setdefault(span.label, []).append(span)
    meets = {label: _meets(own, len(examined)) for label, own in by_label.items()}
    bars = {label: _usual_bars(own) for label, own in by_label.items()}
    best: list[PredictedSpan] = []
    evidence: list[Evidence] = []
    for name, at in signals.items():
        seen, unseen = at[examined[at]], at[~examined[at]]
        if len(seen) < LEAST_SIGNALS:
            continue
        hits = {label: int(own[seen].sum()) for label, own in meets.items()}
        label = max(hits, key=lambda one: hits[one], default=None)
        if label is None or hits[label] < LEAST_HITS:
            continue
        precision = hits[label] / len(seen)
        evidence.append(Evidence(name, len(seen), hits[label]))
        best += [
            PredictedSpan(int(last) - bars[label] + 1, int(last), label, precision)
            for last in unseen
            if last >= bars[label] - 1
        ]
    best.sort(key=lambda own: (-own.score, own.first))
    kept = without_overlaps([Match(p.first, p.last, p.score) for p in best], [], MOST)
    chosen = {(match.first, match.last) for match in kept}
    shown: list[PredictedSpan] = []
    for own in best:
        if (own.first, own.last) in chosen:
            chosen.remove((own.first, own.last))
            shown.append(own)
    scores = {own.score for own in shown}
    return shown, [own for own in evidence if own.hits / own.signals in scores]


def _usual_bars(spans: Sequence[IndexedSpan]) -> int:
    return int(np.median([len(span) for span in spans]))


def _meets(spans: Sequence[IndexedSpan], count: int) -> Mask:
    """Per candle, whether a window of the label's usual length that ends there is such a span."""
    bars = _usual_bars(spans)
    mask = np.zeros(count, np.bool_)
    for span in spans:
        last = np.arange(span.first, min(span.last + bars, count))
        mask[last] |= ious(last - bars + 1, last, span.first, span.last) >= SAME_PLACE
    return mask


def store(
    connection: Connection,
    model: str,
    run_id: int,
    found: Mapping[int, tuple[Ints, Sequence[PredictedSpan]]],
    label_ids: Mapping[str, int],
    evidence: Mapping[int, Sequence[Evidence]] | None = None,
) -> int:
    """A finished run of this model, in the place of what earlier ones on these charts still
    propose; its id. `found` has a chart's times of candles and what waits there, `label_ids` the
    ids of its labels: one that was renamed since is stored by its name of now. `evidence` is of
    patterns, by chart. What a person has answered for an earlier run is not asked again."""
    with translate_db_errors("Storing what was found"), connection.transaction():
        earlier = connection.execute(
            "select p.chart_id, p.training_run_id, array_agg(p.id) from predictions p"
            " join training_runs r on r.id = p.training_run_id"
            " where p.chart_id = any(%s) and p.status = 'new' and r.params->>'model' = %s"
            " group by 1, 2",
            (list(found), model),
        ).fetchall()
        for chart_id, old, ids in earlier:
            connection.execute(
                "select delete_unreviewed_predictions(%s, %s, %s)", (chart_id, old, ids)
            )
        # Whose it is follows from its charts: only the web app may say who asked for a run.
        params = {
            "model": model,
            "chartIds": sorted(found),
            "labels": [],
            "runId": run_id,
            "evidence": [
                {"chartId": chart_id} | asdict(own)
                for chart_id, of_chart in (evidence or {}).items()
                for own in of_chart
            ],
        }
        row = connection.execute(
            "insert into training_runs (status, params, progress, started_at, finished_at)"
            " values ('succeeded', %s, 1, now(), now()) returning id",
            (Jsonb(params),),
        ).fetchone()
        assert row is not None  # noqa: S101
        learnt = [{"label": label, "id": label_id} for label, label_id in label_ids.items()]
        names = current_names(connection, {"labels": learnt})
        answered = _answered(connection, model, list(found))
        for chart_id, (time, spans) in found.items():
            said = answered.get(chart_id, ())
            new = [s for s in renamed(spans, names) if not any(_same(s, time, own) for own in said)]
            copy_predictions(connection, int(row[0]), chart_id, time, new)
        return int(row[0])


_Answer = tuple[int, int, str]
"""Start and end in microseconds, and what was proposed."""


def _answered(
    connection: Connection, model: str, charts: Sequence[int]
) -> dict[int, list[_Answer]]:
    rows = connection.execute(
        "select p.chart_id, (extract(epoch from p.start_time) * 1000000)::bigint,"
        " (extract(epoch from p.end_time) * 1000000)::bigint, p.label from predictions p"
        " join training_runs r on r.id = p.training_run_id"
        " where p.chart_id = any(%s) and p.status <> 'new' and r.params->>'model' = %s",
        (charts, model),
    ).fetchall()
    said: dict[int, list[_Answer]] = {}
    for chart_id, start, end, label in rows:
        said.setdefault(int(chart_id), []).append((int(start), int(end), str(label)))
    return said


def _same(span: PredictedSpan, time: Ints, answer: _Answer) -> bool:
    first, last = int(time[span.first]), int(time[span.last])
    start, end, label = answer
    shared = min(last, end) - max(first, start)
    joint = max(last, end) - min(first, start)
    return label == span.label and shared >= ANSWERED * joint
