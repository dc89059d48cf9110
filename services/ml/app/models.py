"""Classifiers behind one protocol, kept as data: a JSON header and LightGBM's own text."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from app import windows
from app.errors import BadInput
from app.features import Floats, Matrix

FORMAT = "candle-annotator-model"
FORMAT_VERSION = 1
ROUNDS = 80


class Classifier(Protocol):
    def predict(self, rows: Matrix) -> Floats:
        """Probabilities per row: no pattern, then each label."""

    def importance(self) -> Floats:
        """Share of the total gain per feature."""

    def text(self) -> str:
        """All of it, as `load` takes it."""


class LightGbm:
    def __init__(self, booster: lgb.Booster, threads: int) -> None:
        self._booster = booster
        self._threads = threads

    @classmethod
    def fit(
        cls,
        rows: Matrix,
        classes: NDArray[np.int32],
        weights: Floats,
        *,
        class_count: int,
        seed: int,
        threads: int,
        on_round: Callable[[int], None],
    ) -> "LightGbm":
        """`on_round` hears of each finished round, and may raise to end the fit."""
        params = {
            "objective": "multiclass",
            "num_class": class_count,
            "learning_rate": 0.06,
            "num_leaves": 8,
            "min_data_in_leaf": 20,
            "feature_fraction_bynode": 0.3,
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "lambda_l2": 1.0,
            "max_bin": 63,
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": threads,
            "verbose": -1,
        }
        data = lgb.Dataset(rows, classes, weight=weights, feature_name=list(windows.NAMES))
        booster = lgb.train(
            params, data, ROUNDS, callbacks=[lambda env: on_round(env.iteration + 1)]
        )
        return cls(booster, threads)

    @classmethod
    def load(cls, text: str, threads: int) -> "LightGbm":
        try:
            return cls(lgb.Booster(model_str=text), threads)
        except lgb.basic.LightGBMError as error:
            raise BadInput(f"The model cannot be read: {error}.") from error

    def predict(self, rows: Matrix) -> Floats:
        return np.asarray(self._booster.predict(rows, num_threads=self._threads), np.float64)

    def importance(self) -> Floats:
        gain = np.asarray(self._booster.feature_importance("gain"), np.float64)
        return gain / gain.sum() if gain.sum() > 0 else gain

    def text(self) -> str:
        # The text repeats the parameters; how many threads there were is not part of the model.
        return re.sub(r"\[num_threads: \d+\]\n", "", self._booster.model_to_string())


@dataclass(frozen=True)
class Header:
    """All that a model needs beside its trees; the same data gives the same header."""

    labels: list[str]
    lengths: list[int]
    """Candles of the windows it is asked about."""
    threshold: float
    """Score from which on it counts a span as found."""
    features: list[str]
    dataset_hash: str
    seed: int
    versions: dict[str, str]
    model: str = "lightgbm"


def dump(header: Header, classifier: Classifier) -> bytes:
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        **asdict(header),
        "trees": classifier.text(),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def load(document: bytes, threads: int) -> tuple[Header, Classifier]:
    try:
        parts = json.loads(document)
        if parts.pop("format") != FORMAT or parts.pop("version") != FORMAT_VERSION:
            raise ValueError("it is of another kind")
        trees = parts.pop("trees")
        header = Header(**parts)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInput(f"The model cannot be read: {error}.") from error
    if header.features != list(windows.NAMES):
        raise BadInput("The model was trained on other features than this version has; train anew.")
    return header, LightGbm.load(trees, threads)
