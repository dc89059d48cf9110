import hashlib
import io
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier

from app.errors import BadInput
from app.features import windows
from app.models import MODELS, document, forest
from app.models.calibration import Calibration
from app.models.classifier import Classifier, FitOptions
from app.models.document import MAGIC, Header, Model
from app.models.ensemble import FAINT, parts_of
from app.training.params import schema

RNG = np.random.default_rng(0)
COUNT = len(windows.NAMES)
ROWS = RNG.normal(size=(600, COUNT)).astype(np.float32)
ROWS[RNG.random(ROWS.shape) < 0.02] = np.nan
CLASSES = ((np.nan_to_num(ROWS[:, 3]) > 0.4) * 1 + (np.nan_to_num(ROWS[:, 8]) > 1.0) * 1).astype(
    np.int32
)
WEIGHTS = RNG.uniform(0.5, 2.0, len(ROWS))


def fit(name: str, threads: int = 1) -> Classifier:
    return MODELS[name].fit(ROWS, CLASSES, WEIGHTS, FitOptions(3, seed=4, threads=threads))


def stored(name: str, classifier: Classifier) -> bytes:
    header = Header(name, ["a", "b"], [5], 0.3, list(windows.NAMES), "hash", 4, {})
    return document.dump(Model(header, classifier, Calibration.identity()))


@pytest.mark.parametrize("name", MODELS)
def test_a_stored_model_predicts_the_same(name: str) -> None:
    classifier = fit(name)
    content = stored(name, classifier)
    assert content == stored(name, fit(name, threads=2))
    again = document.load(content, threads=1)
    assert again.header.model == name
    predicted = classifier.predict(ROWS)
    np.testing.assert_array_equal(again.classifier.predict(ROWS), predicted)
    assert predicted.shape == (600, 3)
    assert ((predicted >= 0) & (predicted <= 1)).all()
    assert classifier.importance().sum() == pytest.approx(1.0)


def test_arrays_predict_what_scikit_learn_does() -> None:
    theirs = ExtraTreesClassifier(
        forest.TREES,
        min_samples_leaf=forest.MIN_LEAF,
        max_features=forest.FEATURE_SHARE,
        random_state=4,
    ).fit(np.nan_to_num(ROWS), CLASSES, sample_weight=WEIGHTS)
    other = RNG.normal(size=(5_000, COUNT)).astype(np.float32)
    np.testing.assert_allclose(
        fit("forest").predict(other), theirs.predict_proba(other), rtol=0, atol=1e-12
    )


def test_boosting_is_asked_where_the_forest_sees_something() -> None:
    own = fit("ensemble")
    halves = [half.predict(ROWS) for half in parts_of(own)]
    faint = halves[0][:, 1:].max(axis=1) < FAINT
    assert 0 < faint.sum() < len(ROWS)
    predicted = own.predict(ROWS)
    np.testing.assert_array_equal(predicted[faint], halves[0][faint])
    np.testing.assert_allclose(predicted[~faint], np.mean(halves, axis=0)[~faint])
    assert len(own.predict(ROWS[faint])) == faint.sum()


def test_a_label_that_a_fold_has_not_seen_has_no_probability() -> None:
    kept = CLASSES < 2
    for name in MODELS:
        classifier = MODELS[name].fit(ROWS[kept], CLASSES[kept], WEIGHTS[kept], FitOptions(3, 0, 1))
        assert (classifier.predict(ROWS)[:, 2] < 0.01).all()


def wrapped(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    content = file.getvalue()
    return MAGIC + hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def test_what_is_damaged_or_foreign_is_refused_before_it_is_parsed() -> None:
    content = stored("forest", fit("forest"))
    damaged = bytearray(content)
    damaged[-100] ^= 1
    with pytest.raises(BadInput, match="it is damaged"):
        document.load(bytes(damaged), 1)
    for other in (b"", b"{}", b"\xff" * 100, content.replace(b"model 3", b"model 2", 1)):
        with pytest.raises(BadInput, match="another version has stored it"):
            document.load(other, 1)
    for arrays in ({}, {"header": np.array([1])}, {"header": np.array([{}], dtype=object)}):
        with pytest.raises(BadInput, match="The model cannot be read"):
            document.load(wrapped(**arrays), 1)


def test_trees_that_lead_nowhere_are_refused() -> None:
    arrays = fit("forest").dump()
    for key, value in (("left", len(arrays["left"])), ("feature", COUNT), ("roots", -1)):
        broken = {**arrays, key: arrays[key].copy()}
        broken[key][0] = value
        with pytest.raises(BadInput, match="The model cannot be read"):
            MODELS["forest"].load(broken, 1)
    with pytest.raises(BadInput, match="it has no value"):
        MODELS["forest"].load({key: a for key, a in arrays.items() if key != "value"}, 1)


def test_calibrated_scores_are_right_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    raw = rng.uniform(size=4_000)
    hits = rng.random(4_000) < raw**2
    curve = Calibration.fit(raw, hits)
    at = np.linspace(0.05, 0.95, 19)
    np.testing.assert_allclose(curve(at), at**2, atol=0.08)
    assert (np.diff(curve(np.linspace(0, 1, 200))) > 0).all()
    same = Calibration.from_array(curve.to_array())
    np.testing.assert_array_equal(same(at), curve(at))
    np.testing.assert_array_equal(Calibration.fit(raw[:0], hits[:0])(at), at)


def test_the_contract_offers_the_models_that_there_are() -> None:
    assert list(MODELS) == schema("runParams")["properties"]["model"]["enum"]
