"""Where a run predicts before it is stored: what people look at first. Of a long chart that is a
small part, and the rest is a prediction request of its own."""

import numpy as np

from .candle_columns import Mask
from .examined import runs_of

AROUND = 2_000
"""Candles on either side of what was examined, and at the end of the chart: a screen of them."""
LEAST_REST = 20_000
"""Candles; fewer are predicted in a second or two."""


def first_look(examined: Mask) -> Mask | None:
    """Per candle of a chart, whether it belongs to the first look; None when all of them do."""
    near = np.zeros(len(examined), np.bool_)
    for first, last in [*runs_of(examined), (len(examined), len(examined))]:
        near[max(first - AROUND, 0) : last + 1 + AROUND] = True
    return near if np.count_nonzero(~near) >= LEAST_REST else None
