"""Extremely randomised trees, fitted by scikit-learn, kept and predicted as plain arrays.

After Geurts, Ernst and Wehenkel, Extremely randomized trees, Machine Learning 63 (2006). Splits at
random thresholds are steadier than searched ones where a label has 10 to 50 spans.
"""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from ..candle_columns import Classes, Floats, Matrix
from ..errors import BadInput
from ..features import windows
from .classifier import Arrays, FitOptions

if TYPE_CHECKING:
    from sklearn.ensemble import ExtraTreesClassifier

TREES = 30
BATCH = 10
"""Trees between two reports of progress, which may end the fit; the trees are the same."""
MIN_LEAF = 3
FEATURE_SHARE = 0.3
CHUNK = 2_048
"""Rows that are predicted at once: what they touch stays in the cache."""
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
        filled = _filled(rows)
        for count in range(BATCH, TREES + 1, BATCH):
            forest.set_params(n_estimators=count).fit(filled, classes, sample_weight=weights)
            options.on_progress(count / TREES)
        return cls(_arrays_of(forest, options.class_count))

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
        filled = _filled(rows)
        result = np.zeros((len(rows), self._arrays["value"].shape[1]))
        for start in range(0, len(rows), CHUNK):
            result[start : start + CHUNK] = self._predict(filled[start : start + CHUNK])
        return result

    def _predict(self, rows: Matrix) -> Floats:
        own = self._arrays
        left, right, feature = own["left"], own["right"], own["feature"]
        threshold, value, roots = own["threshold"], own["value"], own["roots"]
        total = np.zeros((len(rows), value.shape[1]))
        for root in roots.tolist():
            node = np.full(len(rows), root)
            active = np.arange(len(rows))
            while len(active):
                at = node[active]
                goes_left = rows[active, feature[at]] <= threshold[at]
                node[active] = np.where(goes_left, left[at], right[at])
                active = active[node[active] != at]
            total += value[node]
        return total / len(roots)

    def importance(self) -> Floats:
        return self._arrays["importance"]


def _filled(rows: Matrix) -> Matrix:
    """What is not known counts as 0, between a rise and a fall."""
    return np.nan_to_num(rows, nan=0.0)


def _arrays_of(forest: "ExtraTreesClassifier", class_count: int) -> Arrays:
    parts: dict[str, list[NDArray[Any]]] = {key: [] for key in KEYS}
    start = 0
    for estimator in forest.estimators_:
        tree = estimator.tree_
        own = np.arange(tree.node_count)
        is_leaf = tree.children_left < 0
        parts["left"].append(start + np.where(is_leaf, own, tree.children_left))
        parts["right"].append(start + np.where(is_leaf, own, tree.children_right))
        parts["feature"].append(np.where(is_leaf, 0, tree.feature))
        parts["threshold"].append(np.where(is_leaf, 0.0, tree.threshold))
        value = np.zeros((tree.node_count, class_count))
        value[:, forest.classes_] = tree.value[:, 0] / tree.value[:, 0].sum(axis=1, keepdims=True)
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
