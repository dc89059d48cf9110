"""Writes folds.json: what the package purgedcv makes of the same samples. By hand, when needed:

uv run --no-project --with purgedcv==0.1.11 python tests/golden/make_folds.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from purgedcv import CombinatorialPurgedCV, PurgedKFold, WalkForwardSplit

SAMPLES, BLOCKS, LOOK_BACK = 60, 5, 4


def main() -> None:
    rng = np.random.default_rng(11)
    start = np.arange(SAMPLES)
    end = start + rng.integers(0, 6, SAMPLES)
    times = {
        "prediction_times": pd.Series(pd.Timestamp(0) + pd.to_timedelta(start, "D")),
        # Theirs end before the last moment, ours with the last day.
        "evaluation_times": pd.Series(pd.Timestamp(0) + pd.to_timedelta(end + 1, "D")),
    }
    embargo = {"embargo": pd.Timedelta(days=LOOK_BACK - 1)}
    splitters = {
        "purged": PurgedKFold(BLOCKS, **times, **embargo),
        "combinatorial": CombinatorialPurgedCV(BLOCKS, 2, **times, **embargo),
        "walk_forward": WalkForwardSplit(BLOCKS - 1, SAMPLES // BLOCKS, **times),
    }
    rows = np.zeros((SAMPLES, 1))
    content = {
        "package": f"purgedcv {version('purgedcv')}",
        "blocks": BLOCKS,
        "start": start.tolist(),
        "end": end.tolist(),
        "lookBack": LOOK_BACK,
        "folds": {
            name: [
                {"train": train.tolist(), "test": test.tolist()} for train, test in own.split(rows)
            ]
            for name, own in splitters.items()
        },
    }
    Path(__file__).with_name("folds.json").write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    main()
