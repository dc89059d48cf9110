from bench import first_model, read, search, search_queue, train
from tests import market
from tests.conftest import Database


def test_every_reader_reads_every_candle(database: Database) -> None:
    chart_id = market.store(database.owner, market.chart(market.walk(200), []))
    measured = read.measure(database.url, chart_id, rounds=2)
    assert measured["rows"] == 200
    assert {name: len(times) for name, times in measured["seconds"].items()} == dict.fromkeys(
        read.WAYS, 2
    )


def test_fits_are_a_part_of_what_they_are_compared_with() -> None:
    measured = train.measure(4_000, 20)
    assert 0 < measured["model"].fits < measured["model"].whole
    # Five folds and a model of everything.
    assert measured["run"].fits > 2 * measured["model"].fits
    assert measured["run"].fits < measured["run"].whole


def test_a_search_finds_its_span_in_each_round() -> None:
    seconds = search.measure(20_000, 2)
    ways = ("oaconvolve", "one length", "seven lengths")
    expected = dict.fromkeys([*ways, *(f"{way}, CPU" for way in ways)], 2)
    assert {name: len(own) for name, own in seconds.items()} == expected


def test_a_search_is_asked_for_in_each_way(database: Database) -> None:
    chart_id = market.store(database.owner, market.chart(market.walk(800), []))
    seconds = search_queue.measure(database.url, chart_id, 2)
    assert {name: len(own) for name, own in seconds.items()} == {
        "queue": 2,
        "call": 2,
        "arithmetic": 2,
        "first": 1,
    }


def test_a_first_model_takes_its_fits_and_its_predictions(database: Database) -> None:
    chart_id, visible = first_model.planted(database.owner, 3_000, 10)
    seconds = first_model.measure(database.url, chart_id, visible, 2)
    assert len(seconds["run"]) == len(seconds["fits"]) == 2
    assert all(0 < fits < run for run, fits in zip(seconds["run"], seconds["fits"], strict=True))
