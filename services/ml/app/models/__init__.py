from .classifier import Classifier
from .lightgbm import LightGbm

MODELS: dict[str, type[Classifier]] = {LightGbm.name: LightGbm}
"""By the name that a run's params have."""
