"""Charts that stay in PostgreSQL and are read a block after the other, against charts in memory."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from app import db, prediction
from app.candle_columns import Candles, Floats, Ints, Matrix
from app.errors import MlError
from app.features import windows
from app.features.windows import Windows
from app.labels import dataset
from app.labels.samples import Chart
from app.training import learn as training
from app.training.learn import Outcome
from app.training.params import parse_params
from app.worker.execute import read_charts
from app.worker.predict import find_spans, load
from tests import market
from tests.conftest import Database
from tests.test_training import Listener

BLOCK = 500
NOTHING = np.zeros((0, 2), np.int64)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a chart of some thousand candles has several."""
    monkeypatch.setattr(windows, "BLOCK", BLOCK)
    monkeypatch.setattr(dataset, "HASHED", BLOCK)


def learn(*charts: Chart) -> Outcome:
    params = parse_params(
        {"chartIds": [chart.id for chart in charts], "folds": 2, "model": "lightgbm"}
    )
    outcome = training.learn(charts, params, 1, Listener())
    return replace(outcome, metrics=outcome.measure(Listener()))


@dataclass
class Counting:
    """Candles that note how many of them were asked for at once, and how often."""

    candles: Candles
    most: int = 0
    times: int = 0

    @property
    def time(self) -> Ints:
        return self.candles.time

    def __len__(self) -> int:
        return len(self.candles)

    def part(self, start: int, stop: int) -> Candles:
        self.most = max(self.most, stop - start)
        self.times += 1
        return self.candles.part(start, stop)


def test_charts_in_the_database_give_what_charts_in_memory_give(database: Database) -> None:
    given = [market.chart(*market.planted(3_000, 75, seed), chart_id=seed + 1) for seed in (0, 1)]
    ids = [market.store(database.owner, chart) for chart in given]
    in_memory = learn(*(replace(own, id=i) for own, i in zip(given, ids, strict=True)))
    stored = read_charts(database.url, parse_params({"chartIds": ids}))
    assert all(isinstance(chart.candles, db.StoredCandles) for chart in stored)
    outcome = learn(*stored)
    assert outcome.model == in_memory.model
    assert outcome.predictions == in_memory.predictions
    assert outcome.metrics == in_memory.metrics
    assert len(outcome.predictions[ids[0]]) > 20

    model = load(outcome.model)
    whole, part = given[0].candles.part(0, 3_000), stored[0].candles
    assert find_spans(model, part, 0, NOTHING) == find_spans(model, whole, 0, NOTHING)


def test_no_chart_is_held_as_a_whole() -> None:
    chart = market.chart(*market.planted(10_000, 250))
    candles = Counting(market.planted(10_000, 250)[0])
    learn(replace(chart, candles=candles))
    history = int(windows.look_back(np.array([40]))[0])
    assert BLOCK < candles.most < 8 * BLOCK + 2 * history


def test_a_block_is_read_once_though_some_of_its_windows_are_asked_about_later() -> None:
    candles = Counting(market.walk(4_000))
    asked: list[int] = []

    def predict(grid: Windows, _: Matrix) -> Floats:
        asked.append(len(grid))
        return np.full((len(grid), 2), 0.5)

    prediction.find(candles, [12, 30], ["flag"], predict)
    blocks = len(list(windows.blocks(len(candles), [12, 30])))
    assert blocks == 8
    assert len(asked) == 2 * blocks
    assert candles.times == blocks


def test_candles_that_change_meanwhile_end_the_run(database: Database) -> None:
    chart_id = market.store(database.owner, market.chart(*market.planted(2_000, 50)))
    [chart] = read_charts(database.url, parse_params({"chartIds": [chart_id]}))
    assert len(chart.candles.part(10, 20)) == 10
    database.owner.execute("update charts set data_rev = data_rev + 1")
    with pytest.raises(MlError, match="candles of “chart 1” changed while they were read"):
        chart.candles.part(10, 20)
