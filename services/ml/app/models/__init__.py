"""Models by the name that a run's params have; the first is the default."""

from importlib import import_module

from .classifier import Classifier
from .ensemble import Ensemble
from .forest import Forest
from .lightgbm import LightGbm
from .template import TemplateSearch

MODELS: dict[str, type[Classifier]] = {
    model.name: model for model in (Ensemble, LightGbm, Forest, TemplateSearch)
}


def preload() -> None:
    """Loads what fitting needs: seconds in which a run that was taken could not be stopped."""
    for name in ("lightgbm", "sklearn.ensemble", "sklearn.isotonic"):
        import_module(name)
