"""Gradient boosting by LightGBM, kept as its own text."""

import os
import re
from typing import TYPE_CHECKING, Self

import numpy as np

from ..candle_columns import Classes, Floats, Matrix
from ..errors import BadInput
from ..features import windows
from .classifier import Arrays, FitOptions

# LightGBM's threads spin while they wait for each other unless told before its library is loaded;
# on a machine whose cores are busy with something else that made a fit 40 times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

if TYPE_CHECKING:
    import lightgbm as lgb

ROUNDS = 80
BINNED = 50_000
"""Rows that bins are made from, twelve bytes a feature and row: enough for 63 of them."""


class LightGbm:
    name = "lightgbm"

    def __init__(self, booster: "lgb.Booster", threads: int) -> None:
        self._booster = booster
        self._threads = threads

    @classmethod
    def fit(cls, rows: Matrix, classes: Classes, weights: Floats, options: FitOptions) -> Self:
        # It loads scikit-learn too: seconds, for what most commands do not need.
        import lightgbm as lgb

        # Of two classes one tree a round says all; multiclass would grow two.
        several = {"objective": "multiclass", "num_class": options.class_count}
        params = {
            **(several if options.class_count > 2 else {"objective": "binary"}),
            "learning_rate": 0.06,
            "num_leaves": 8,
            "min_data_in_leaf": 20,
            "feature_fraction": 0.5,
            "feature_fraction_bynode": 0.5,
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "lambda_l2": 1.0,
            "max_bin": 63,
            "bin_construct_sample_cnt": BINNED,
            "seed": options.seed,
            "deterministic": True,
            "force_col_wise": True,
            "num_threads": options.threads,
            "verbose": -1,
        }
        data = lgb.Dataset(rows, classes, weight=weights, feature_name=list(windows.NAMES))
        booster = lgb.train(
            params,
            data,
            ROUNDS,
            callbacks=[lambda env: options.on_progress((env.iteration + 1) / ROUNDS)],
        )
        return cls(booster, options.threads)

    @classmethod
    def load(cls, arrays: Arrays, threads: int) -> Self:
        import lightgbm as lgb

        try:
            return cls(lgb.Booster(model_str=arrays["text"].tobytes().decode()), threads)
        except (lgb.basic.LightGBMError, KeyError, UnicodeDecodeError) as error:
            raise BadInput(f"The model cannot be read: {error}.") from error

    def dump(self) -> Arrays:
        # The text repeats the parameters; how many threads there were is not part of the model.
        text = re.sub(r"\[num_threads: \d+\]\n", "", self._booster.model_to_string())
        return {"text": np.frombuffer(text.encode(), np.uint8)}

    def predict(self, rows: Matrix) -> Floats:
        result = np.asarray(self._booster.predict(rows, num_threads=self._threads), np.float64)
        return result if result.ndim == 2 else np.stack((1 - result, result), axis=1)

    def importance(self) -> Floats:
        gain = np.asarray(self._booster.feature_importance("gain"), np.float64)
        return gain / gain.sum() if gain.sum() > 0 else gain
