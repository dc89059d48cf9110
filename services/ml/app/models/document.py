"""A model as bytes: a JSON header with all that is needed beside the classifier, and its own."""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from ..errors import BadInput
from ..features import windows
from . import MODELS
from .classifier import Classifier

FORMAT = "candle-annotator-model"
FORMAT_VERSION = 2


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


def dump(header: Header, classifier: Classifier) -> bytes:
    content = classifier.dump()
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        **asdict(header),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": base64.b64encode(content).decode(),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def load(document: bytes, threads: int) -> tuple[Header, Classifier]:
    """The classifier's bytes are held against their hash before anything parses them."""
    try:
        parts = json.loads(document)
        if parts.pop("format") != FORMAT or parts.pop("version") != FORMAT_VERSION:
            raise ValueError("it is of another kind")
        content = base64.b64decode(parts.pop("content"), validate=True)
        if hashlib.sha256(content).hexdigest() != parts.pop("sha256"):
            raise ValueError("it is damaged")
        header = Header(**parts)
        kind = MODELS[header.model]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInput(f"The model cannot be read: {error}.") from error
    if header.features != list(windows.NAMES):
        raise BadInput("The model was trained on other features than this version has; train anew.")
    return header, kind.load(content, threads)
