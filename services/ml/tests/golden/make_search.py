"""Writes search.json: distance profiles by stumpy, which is too heavy to be installed for tests.

uv run --no-project --with stumpy==1.14.1 --with numpy==2.4.6 python tests/golden/make_search.py
"""

import json
from pathlib import Path

import numpy as np
import stumpy

rng = np.random.default_rng(7)
closes = np.round(100 * np.exp(np.cumsum(rng.normal(0, 0.01, 400))), 2)
first, bars = 120, 24
distances = stumpy.mass(closes[first : first + bars], closes)
Path(__file__).with_name("search.json").write_text(
    json.dumps(
        {
            "by": f"stumpy {stumpy.__version__}, mass()",
            "closes": closes.tolist(),
            "first": first,
            "bars": bars,
            "distances": [round(float(each), 9) for each in distances],
        }
    )
    + "\n"
)
