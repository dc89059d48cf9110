import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import commands
from tests import market
from tests.conftest import Database

Cli = Callable[..., tuple[str, str]]


@pytest.fixture
def cli(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Cli:
    monkeypatch.setenv("ML_DATABASE_URL", database.url)

    def run(*args: str, code: int = 0) -> tuple[str, str]:
        assert commands.main(args) == code
        printed = capsys.readouterr()
        return printed.out, printed.err

    return run


def store_two(database: Database) -> tuple[int, int]:
    candles, where = market.planted(900, 50)
    other, _ = market.planted(500, 50, seed=3)
    return (
        market.store(database.owner, market.chart(candles, where, 1)),
        market.store(database.owner, market.chart(other, [], 2)),
    )


def test_train_predict_and_list(database: Database, cli: Cli) -> None:
    trained_on, other = store_two(database)
    out, err = cli("train", "chart 1", "--label", "flag", "--folds", "2")
    assert "Run 1: Span F1" in out
    assert "flag" in out
    assert "100%" in err
    params = database.owner.execute(
        "select params, status, attempts from training_runs where id = 1"
    )
    assert params.fetchone() == (
        {
            "chartIds": [trained_on],
            "labels": ["flag"],
            "model": "ensemble",
            "folds": 2,
            "seed": 0,
            "split": "purged",
        },
        "succeeded",
        1,
    )

    assert "chart 2: " in cli("predict", "1", "chart 2")[0]
    stored = database.owner.execute(
        "select count(*) from predictions where chart_id = %s", (other,)
    ).fetchone()
    assert stored is not None
    assert stored[0] > 0
    database.owner.execute("delete from predictions")
    database.owner.execute("update charts set data_rev = data_rev + 1 where id = %s", (trained_on,))
    out, err = cli("predict", "1", "chart 1")
    assert "Run 1 was trained here, on bars from 2000-" in out
    assert "The candles of “chart 1” have changed since run 1" in err
    everything = cli("predict", "1")[0]
    assert "chart 1: " in everything
    assert "chart 2: " in everything
    part = cli("predict", "1", str(other), "--from", "2000-03-01", "--to", "2000-12-31T00:00")[0]
    assert "chart 2: " in part
    with pytest.raises(SystemExit):
        cli("predict", "1", "--from", "x")
    database.owner.execute("""update training_runs set params = params || '{"split": "random"}'""")
    caveats = cli("predict", "1", "chart 2")[1]
    assert "Run 1 was tested by a random split" in caveats
    assert "Run 1 learnt flag, a label renamed or deleted since." in caveats
    database.owner.execute("update training_runs set name = 'Flags' where id = 1")
    table = cli("runs")[0]
    assert "Flags" in table
    assert table.count("succeeded") == 1, "the checks of a run are none of their own"
    for caveat in ("random split", "stale", "renamed"):
        assert caveat in table


def test_a_run_that_fails_is_stored_with_its_reason(database: Database, cli: Cli) -> None:
    store_two(database)
    _, err = cli("train", "chart 2", code=1)
    sentence = "Too few spans to learn from: at least 5 of one label are needed"
    assert sentence in err
    assert "failed" in cli("runs")[0]
    row = database.owner.execute("select status, error from training_runs").fetchone()
    assert row is not None
    assert row[0] == "failed"
    assert row[1].startswith(sentence)


def test_patterns(database: Database, cli: Cli) -> None:
    store_two(database)
    lines = cli("patterns", "chart 1", "CDLENGULFING", "--json")[0].splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) > 10
    assert {row["pattern"] for row in rows} == {"CDLENGULFING"}
    assert rows[0]["time"].endswith("+00:00")
    assert "CDLDOJI" in cli("patterns", "chart 1", "CDLDOJI")[0]


def test_a_reader_that_has_enough_is_no_failure(database: Database) -> None:
    store_two(database)
    with subprocess.Popen(
        [sys.executable, "-m", "app", "patterns", "chart 1", "--json"],
        cwd=Path(__file__).parents[1],
        env={"ML_DATABASE_URL": database.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert json.loads(program.stdout.readline())["signal"]
        program.stdout.close()
        assert program.stderr.read() == ""
    assert program.returncode == 1


def test_search(database: Database, cli: Cli) -> None:
    own, _ = store_two(database)
    row = database.owner.execute(
        "select uid::text, start_time from span_annotations where chart_id = %s"
        " order by start_time",
        (own,),
    ).fetchone()
    assert row is not None
    lines = cli("search", row[0], "--json")[0].splitlines()
    found = [json.loads(line) for line in lines]
    assert len(found) == 20
    assert {each["chart"] for each in found} == {"chart 1"}
    assert [each["distance"] for each in found] == sorted(each["distance"] for each in found)
    # What has the label already is not what is looked for.
    assert row[1].isoformat() not in {each["start"] for each in found}
    out, _ = cli("search", row[0].upper(), "chart 2", "chart 1", "--limit", "4")
    assert "chart 2" in out
    assert out.count("+00:00") == 8


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["train", "no such"], "There is no chart “no such”."),
        (["train", "chart 1", "--folds", "1"], "The run's folds is not right"),
        (["predict", "9", "chart 1"], "Run 9 does not exist."),
        (["search", "nonsense"], "There is no span with the uid nonsense."),
        (["patterns", "chart 1", "SMA"], "TA-Lib has no pattern 'SMA'"),
    ],
)
def test_what_cannot_be_done_is_said(
    database: Database, cli: Cli, args: list[str], sentence: str
) -> None:
    store_two(database)
    assert sentence in cli(*args, code=1)[1]


def test_a_chart_named_like_markup_is_shown_as_it_is(database: Database, cli: Cli) -> None:
    candles, where = market.planted(600, 50)
    market.store(database.owner, market.chart(candles, where))
    database.owner.execute("update charts set name = '[red]x[/blue]'")
    cli("train", "[red]x[/blue]", "--folds", "2")
    database.owner.execute("insert into charts (name) values ('[/]')")
    _, err = cli("predict", "1", "[/]", code=1)
    assert "“[/]” has 0 candles" in err


def test_it_is_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "train", "--help"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--label" in done.stdout
