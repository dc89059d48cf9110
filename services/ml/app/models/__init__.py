"""Models by the name that a run's params have; the first is the default."""

from .classifier import Classifier
from .ensemble import Ensemble
from .forest import Forest
from .lightgbm import LightGbm
from .template import TemplateSearch

MODELS: dict[str, type[Classifier]] = {
    model.name: model for model in (Ensemble, LightGbm, Forest, TemplateSearch)
}
