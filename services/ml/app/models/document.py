"""A model as bytes: one line with the hash of the rest, and the rest is NumPy's .npz of arrays.

Nothing is parsed before its hash is right, and nothing in it is code: pickled arrays are refused.
"""

import hashlib
import io
import json
import zipfile
from dataclasses import asdict, dataclass

import numpy as np

from ..errors import BadInput
from ..features import windows
from ..span_edges import SpanEdges
from . import MODELS
from .calibration import Calibration
from .classifier import Arrays, Classifier, part

MAGIC = b"candle-annotator-model 3 "


@dataclass(frozen=True)
class Header:
    """All that a model needs beside its trees; the same data gives the same header."""

    model: str
    """Its name in MODELS."""
    labels: list[str]
    lengths: list[int]
    """Candles of the windows it is asked about."""
    threshold: float
    """Score from which on it counts a predicted span."""
    features: list[str]
    dataset_hash: str
    seed: int
    versions: dict[str, str]


@dataclass(frozen=True)
class Model:
    header: Header
    classifier: Classifier
    calibration: Calibration
    edges: SpanEdges | None = None
    """Without it, edges stay where the windows like a span agree."""


def dump(model: Model) -> bytes:
    header = json.dumps(asdict(model.header), ensure_ascii=False).encode()
    arrays: Arrays = {
        "header": np.frombuffer(header, np.uint8),
        "calibration": model.calibration.to_array(),
        **{f"model.{key}": own for key, own in model.classifier.dump().items()},
    }
    if model.edges is not None:
        edges = model.edges.dump(model.header.labels)
        arrays |= {f"edges.{key}": own for key, own in edges.items()}
    file = io.BytesIO()
    # Its zip has no times, so the same arrays are the same bytes.
    np.savez_compressed(file, allow_pickle=False, **arrays)
    content = file.getvalue()
    return MAGIC + hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def load(document: bytes, threads: int) -> Model:
    """Raises BadInput."""
    line, _, content = document.partition(b"\n")
    if not line.startswith(MAGIC):
        raise BadInput("The model cannot be read: another version has stored it; train anew.")
    if hashlib.sha256(content).hexdigest().encode() != line.removeprefix(MAGIC):
        raise BadInput("The model cannot be read: it is damaged.")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays: Arrays = {key: file[key] for key in file.files}
        header = Header(**json.loads(arrays["header"].tobytes()))
        kind = MODELS[header.model]
        calibration = Calibration.from_array(arrays["calibration"])
    except (ValueError, TypeError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise BadInput(f"The model cannot be read: {error}.") from error
    if header.features != list(windows.NAMES):
        raise BadInput("The model was trained on other features than this version has; train anew.")
    edges = part(arrays, "edges.")
    try:
        learnt = SpanEdges.load(edges, header.labels) if edges else None
    except (ValueError, KeyError) as error:
        raise BadInput(f"The model cannot be read: {error}.") from error
    classifier = kind.load(part(arrays, "model."), threads)
    return Model(header, classifier, calibration, learnt)
