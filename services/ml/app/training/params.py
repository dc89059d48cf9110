"""`training_runs.params`, held against the JSON schema of the web app's contract."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from .. import splits
from ..errors import BadInput, MlError


@dataclass(frozen=True)
class RunParams:
    """Field names and defaults are the contract's."""

    chartIds: list[int]
    labels: list[str]
    model: str
    folds: int
    seed: int
    split: splits.Kind

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@cache
def schema(name: str) -> dict[str, Any]:
    """One of the contract's, such as `runParams`; `npm run docs` makes them from src/contract."""
    document = resources.files(__package__).joinpath("contract.json").read_text("utf-8")
    return cast(dict[str, Any], json.loads(document)[name])


def parse_params(params: object) -> RunParams:
    return RunParams(**with_defaults("runParams", params))


def with_defaults(name: str, params: object) -> dict[str, Any]:
    """The parameters, if the contract's schema of that name takes them. Raises BadInput."""
    own = schema(name)
    # PostgreSQL's jsonb has no integers of its own: what the schema calls one may be 5.0.
    error = best_match(Draft202012Validator(own).iter_errors(params))
    if error is not None:
        where = ".".join(str(part) for part in error.absolute_path)
        what = f"{where} is" if where else "parameters are"
        raise BadInput(f"The run's {what} not right: {error.message}.")
    properties = own["properties"]
    defaults = {key: field["default"] for key, field in properties.items() if "default" in field}
    return defaults | cast(dict[str, Any], params)


def check_metrics(metrics: dict[str, Any]) -> None:
    """The web app shows nothing of metrics that it cannot parse: such a run fails instead."""
    error = best_match(Draft202012Validator(schema("runMetrics")).iter_errors(metrics))
    if error is not None:
        raise MlError(f"The run's metrics at {error.json_path} are not right: {error.message}.")
