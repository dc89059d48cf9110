"""Candles, spans, examined ranges and predictions of candle-annotator as Arrow tables, and the
service that learns from them.

    from candle_ml import candles, charts, spans

    charts().to_pandas()
    candles("S&P 500", "2010-01-01", "2011-01-01")

The readers below need NumPy, pyarrow and ADBC; training needs the extra `candle_ml[train]`, the
HTTP service `candle_ml[service]`. Importing the package loads none of them.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .read import (
        candle_batches,
        candles,
        charts,
        examined_ranges,
        predictions,
        spans,
        training_runs,
    )

__all__ = [
    "candle_batches",
    "candles",
    "charts",
    "examined_ranges",
    "predictions",
    "spans",
    "training_runs",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import read

    return getattr(read, name)
