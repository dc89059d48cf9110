from typing import Annotated

from pydantic import AliasChoices, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import BadInput


class Settings(BaseSettings):
    """The service's whole environment; of the package beside it only `read` looks there too."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    database_url: Annotated[
        str, Field(min_length=1, validation_alias=AliasChoices("ML_DATABASE_URL", "DATABASE_URL"))
    ]
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, validation_alias="ML_PORT")] = 8001


def settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{'/'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise BadInput(f"The environment is not right: {'; '.join(lines)}.") from error
