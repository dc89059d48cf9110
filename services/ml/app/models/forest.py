"""Extremely randomised trees, fitted by scikit-learn, kept and predicted as plain arrays.

After Geurts, Ernst and Wehenkel, Extremely randomized trees, Machine Learning 63 (2006). Splits at
random thresholds are steadier than searched ones where a label has 10 to 50 spans.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from ..candle_columns import Classes, Floats, Mask, Matrix
from ..errors import BadInput
from ..features import windows
from .classifier import Arrays, FitOptions

if TYPE_CHECKING:
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

Ints32 = NDArray[np.int32]
TREES = 30
BATCH = 10
"""Trees between two reports of progress, which may end the fit; the trees are the same."""
MIN_LEAF = 3
FEATURE_SHARE = 0.3
CHUNK = 512
"""Rows that are predicted at once: what they touch stays in the cache."""
STEPS = 3
"""Levels of the trees between two looks at who has arrived."""
KEYS = ("left", "right", "feature", "threshold", "value", "roots", "importance")


class Forest:
    name = "forest"

    def __init__(self, arrays: Arrays) -> None:
        """Nodes of all trees, one behind the other: `left` and `right` are node numbers, and those
        of the node itself in a leaf; `value` has a row of probabilities per node."""
        self._arrays = arrays

    @classmethod
    def fit(cls, rows: Matrix, classes: Classes, weights: Floats, options: FitOptions) -> Self:
        # Loading it takes seconds of processor time, and predicting does without.
        from sklearn.ensemble import ExtraTreesClassifier

        forest = ExtraTreesClassifier(
            min_samples_leaf=MIN_LEAF,
            max_features=FEATURE_SHARE,
            random_state=options.seed,
            n_jobs=options.threads,
            warm_start=True,
        )
        rows = filled(rows)
        for count in range(BATCH, TREES + 1, BATCH):
            forest.set_params(n_estimators=count).fit(rows, classes, sample_weight=weights)
            options.on_progress(count / TREES)
        values = []
        for estimator in forest.estimators_:
            own = estimator.tree_.value[:, 0]
            value = np.zeros((len(own), options.class_count))
            value[:, forest.classes_] = own / own.sum(axis=1, keepdims=True)
            values.append(value)
        return cls(_arrays_of(forest, values))

    @classmethod
    def of_regressor(cls, forest: "ExtraTreesRegressor") -> Self:
        """With a row of outputs in the place of probabilities."""
        return cls(_arrays_of(forest, [own.tree_.value[:, :, 0] for own in forest.estimators_]))

    @classmethod
    def load(cls, arrays: Arrays, threads: int) -> Self:
        missing = [key for key in KEYS if key not in arrays]
        if missing:
            raise BadInput(f"The model cannot be read: it has no {missing[0]}.")
        count = len(arrays["left"])
        links = [arrays[key] for key in ("left", "right", "roots")]
        if any(len(link) and (link.min() < 0 or link.max() >= count) for link in links):
            raise BadInput("The model cannot be read: a tree leads nowhere.")
        feature = arrays["feature"]
        if count and (feature.min() < 0 or feature.max() >= len(windows.NAMES)):
            raise BadInput("The model cannot be read: a tree asks for an unknown feature.")
        return cls(arrays)

    def dump(self) -> Arrays:
        return self._arrays

    def predict(self, rows: Matrix) -> Floats:
        rows = filled(rows)
        result = np.zeros((len(rows), self._arrays["value"].shape[1]))
        for start in range(0, len(rows), CHUNK):
            result[start : start + CHUNK] = self._predict(rows[start : start + CHUNK])
        return result

    def _predict(self, rows: Matrix) -> Floats:
        """All trees at once; a leaf leads to itself, so what has arrived may walk on."""
        walk, roots, value = self._walk, self._arrays["roots"], self._arrays["value"]
        count, width = rows.shape
        cells = rows.ravel()
        node = np.repeat(roots.astype(np.int32), count)
        row = np.tile(np.arange(count, dtype=np.int32) * width, len(roots))
        place = np.arange(len(node))
        leaf = np.empty(len(node), np.int32)
        while len(place):
            for _ in range(STEPS):
                goes_left = cells.take(row + walk.feature.take(node)) <= walk.threshold.take(node)
                node = walk.child.take(2 * node + goes_left)
            leaf[place] = node
            active = np.flatnonzero(~walk.is_leaf.take(node))
            node, row, place = node.take(active), row.take(active), place.take(active)
        mean: Floats = value.take(leaf, axis=0).reshape(len(roots), count, -1).mean(axis=0)
        return mean

    @cached_property
    def _walk(self) -> "_Walk":
        own = self._arrays
        exact = own["threshold"]
        near = exact.astype(np.float32)
        threshold = np.where(near > exact, np.nextafter(near, np.float32(-np.inf)), near)
        return _Walk(
            np.stack([own["right"], own["left"]], axis=1).ravel().astype(np.int32),
            own["feature"].astype(np.int32),
            threshold,
            own["left"] == np.arange(len(exact)),
        )

    def importance(self) -> Floats:
        return self._arrays["importance"]


@dataclass(frozen=True)
class _Walk:
    """The arrays as predicting reads them: narrow, and without a choice to make."""

    child: Ints32
    """Right and left node of each node."""
    feature: Ints32
    threshold: NDArray[np.float32]
    """Rounded down: a float32 is at most a float64 just where it is at most this."""
    is_leaf: Mask


def filled(rows: Matrix) -> Matrix:
    """What is not known counts as 0, between a rise and a fall."""
    return np.nan_to_num(rows, nan=0.0)


def _arrays_of(
    forest: "ExtraTreesClassifier | ExtraTreesRegressor", values: Sequence[Floats]
) -> Arrays:
    parts: dict[str, list[NDArray[Any]]] = {key: [] for key in KEYS}
    start = 0
    for estimator, value in zip(forest.estimators_, values, strict=True):
        tree = estimator.tree_
        own = np.arange(tree.node_count)
        is_leaf = tree.children_left < 0
        parts["left"].append(start + np.where(is_leaf, own, tree.children_left))
        parts["right"].append(start + np.where(is_leaf, own, tree.children_right))
        parts["feature"].append(np.where(is_leaf, 0, tree.feature))
        parts["threshold"].append(np.where(is_leaf, 0.0, tree.threshold))
        parts["value"].append(value)
        parts["roots"].append(np.array([start]))
        start += tree.node_count
    kinds = {
        "left": np.int32,
        "right": np.int32,
        "feature": np.int32,
        "threshold": np.float64,
        "value": np.float64,
        "roots": np.int32,
    }
    arrays: Arrays = {key: np.concatenate(parts[key]).astype(kind) for key, kind in kinds.items()}
    return arrays | {"importance": np.asarray(forest.feature_importances_, np.float64)}
