"""Settings, read once from the environment; every one is documented in docs/settings.md."""

import os
import sys
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.domain.errors import InvalidInputError
from core.domain.rates import Rate, parse_rate

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Addresses that nobody outside this machine reaches."""

MAY_BE_EMPTY = frozenset({"providers", "catalog_lists"})
"""Settings whose empty value says something."""

SHORTEST_KEY = 32


def default_data_dir() -> Path:
    """The user's data folder; root gets one outside the home, which servers could not enter."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return Path("/var/lib/universe")
    return user_data_path("universe")


class Settings(BaseSettings):
    """What the environment says, with the prefix `UNIVERSE_`.

    An empty value is unset, save that empty `providers` means none: offline, and empty
    `catalog_lists` no list.
    """

    model_config = SettingsConfigDict(env_prefix="UNIVERSE_", env_ignore_empty=False, frozen=True)

    database_url: str = ""
    migration_database_url: str = ""
    redis_url: str = ""
    data_dir: Path = Field(default_factory=default_data_dir)
    user: str = Field(default="local", min_length=1, max_length=100)
    yahoo_base_url: str = ""
    alpha_vantage_base_url: str = ""
    alpha_vantage_api_key: str = Field(default="", repr=False)
    providers: str = "yahoo,alpha_vantage"
    catalog_lists: str = "financedatabase,us_listings,sp500"
    finance_database_url: str = "https://raw.githubusercontent.com/JerBouma/FinanceDatabase/main"
    datasets_url: str = "https://raw.githubusercontent.com/datasets"
    live_symbols_a_minute: int = Field(default=2000, ge=1, le=1_000_000)
    validation_rate: str = "5/minute"
    auth: Literal["none", "token", "jwt"] = "none"
    jwt_issuer: str = ""
    jwt_audience: str = ""
    jwt_jwks_url: str = ""
    allowed_hosts: str = ""
    mcp_stateless: bool = False
    secret_keys: str = Field(default="", repr=False)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, values: dict[str, object]) -> dict[str, object]:
        return {name: v for name, v in values.items() if v != "" or name in MAY_BE_EMPTY}

    @field_validator("database_url", "migration_database_url")
    @classmethod
    def _is_postgresql(cls, url: str) -> str:
        if url and not _has_scheme(url, "postgres", "postgresql", "postgresql+psycopg"):
            raise ValueError("write it like postgresql://login:password@host:5432/name")
        return url

    @field_validator("redis_url")
    @classmethod
    def _is_valkey(cls, url: str) -> str:
        if url and not _has_scheme(url, "redis", "rediss", "unix"):
            raise ValueError("write it like redis://host:6379/0")
        return url

    @field_validator("validation_rate")
    @classmethod
    def _is_a_rate(cls, text: str) -> str:
        try:
            parse_rate(text)
        except InvalidInputError as error:
            raise ValueError(error.message) from error
        return text

    @field_validator("secret_keys")
    @classmethod
    def _are_long(cls, text: str) -> str:
        if any(len(key) < SHORTEST_KEY for key in _listed(text)):
            raise ValueError(f"each key needs at least {SHORTEST_KEY} characters")
        return text

    @field_validator("jwt_jwks_url", "finance_database_url", "datasets_url")
    @classmethod
    def _is_safe_to_fetch(cls, url: str) -> str:
        local = _has_scheme(url, "http") and urlsplit(url).hostname in LOOPBACK
        if url and not local and not _has_scheme(url, "https"):
            raise ValueError("write it like https://host.example/path")
        return url

    @model_validator(mode="after")
    def _jwt_is_complete(self) -> "Settings":
        if self.auth == "jwt" and not (self.jwt_issuer and self.jwt_audience and self.jwt_jwks_url):
            raise ValueError(
                "jwt needs UNIVERSE_JWT_ISSUER, UNIVERSE_JWT_AUDIENCE and UNIVERSE_JWT_JWKS_URL"
            )
        return self

    @property
    def validations(self) -> Rate:
        """How often each user may validate over HTTP."""
        return parse_rate(self.validation_rate)

    @property
    def state_keys(self) -> tuple[bytes, ...]:
        """What seals the state that MCP clients carry between requests; the first one seals."""
        return tuple(key.encode() for key in _listed(self.secret_keys))

    @property
    def host_names(self) -> tuple[str, ...]:
        """The names besides the loopback's that requests may carry as Host."""
        return _listed(self.allowed_hosts)

    @property
    def provider_names(self) -> tuple[str, ...]:
        """The providers in order; none means offline."""
        return _listed(self.providers)

    @property
    def catalog_list_names(self) -> tuple[str, ...]:
        """The published lists the catalogue is kept current with."""
        return _listed(self.catalog_lists)


def _listed(text: str) -> tuple[str, ...]:
    """The words between commas."""
    return tuple(word for part in text.split(",") if (word := part.strip()))


def _has_scheme(url: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and parts.port != 0
    except ValueError:  # no number where the port belongs
        return False


def with_driver(url: str) -> str:
    """A PostgreSQL address as SQLAlchemy wants it, whatever scheme it was written with."""
    scheme, mark, rest = url.partition("://")
    if mark and scheme in ("postgres", "postgresql"):
        return f"postgresql+psycopg://{rest}"
    return url


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        InvalidInputError: A value that cannot be used, named with its variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        # what is wrong with several together is told of the one that makes them needed
        name = "UNIVERSE_" + ".".join(str(part) for part in fault["loc"] or ("auth",)).upper()
        said = fault["msg"].removeprefix("Value error, ")
        raise InvalidInputError(f"{name}: {said}.", field=name) from error
