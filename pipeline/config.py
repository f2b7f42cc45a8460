"""Settings of one installation, read from the environment (``PLATELOOP_…``)."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.errors import ConfigError

PROJECT = Path(__file__).resolve().parent.parent

SECRETS = frozenset({"roboflow_api_key", "label_studio_token"})
"""Fields whose values are never shown."""


def _usable_cores() -> int:
    return max(1, min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


class Config(BaseSettings):
    """Where state lives and how much of the machine may be used.

    Every field is set by the variable ``PLATELOOP_<FIELD>``. ``PLATELOOP_FONT`` stands apart, in ``media.fonts``.
    """

    model_config = SettingsConfigDict(env_prefix="PLATELOOP_", frozen=True, extra="ignore")

    home: Path = Field(PROJECT / ".plateloop", description="state folder: database, images, checkpoints, caches")
    shared: Path = Field(
        PROJECT.parent / "shared", description="glyphs, real photos and weights used to build and test"
    )
    weights: Path = Field(PROJECT / "weights", description="folder of manifest.toml and the shipped weights")
    datasets: Path | None = Field(None, description="folder of frozen data sets; empty: datasets in the state folder")
    threads: int = Field(default_factory=_usable_cores, ge=1, le=64, description="threads one model may use")
    workers: int = Field(1, ge=1, le=16, description="jobs that run at the same time")
    beat_seconds: float = Field(
        0.5, ge=0.02, le=5, description="seconds between two looks of the worker at the queue and at its jobs' rows"
    )
    max_upload_mb: int = Field(200, ge=1, le=4096, description="largest single upload, in megabytes")
    max_pixels: int = Field(120_000_000, ge=10_000, description="largest picture opened, in pixels")
    max_video_seconds: int = Field(1800, ge=1, description="longest video opened, in seconds")
    review_lease_minutes: int = Field(
        15, ge=1, le=1440, description="how long a plate on the page Review is kept for whoever has it before them"
    )
    source_url: str = Field(
        "", description="where users get this installation's source (AGPL, section 13); empty: the System page packs it"
    )

    roboflow_api_key: SecretStr = Field(SecretStr(""), description="key of the service that reader 'roboflow' asks")
    roboflow_url: str = Field("https://serverless.roboflow.com", description="that service, or one of your own like it")
    roboflow_model: str = Field("", description="its model that finds characters, as project/version")
    roboflow_workflow: str = Field("", description="its workflow, as workspace/workflow; goes before the model")

    label_studio_url: str = Field("", description="a Label Studio; empty: the one that `make label-studio` starts")
    label_studio_token: SecretStr = Field(SecretStr(""), description="legacy or personal access token of that one")
    label_studio_project: str = Field(
        "PlateLoop", min_length=1, description="number of its project, or a title: made where no project bears it"
    )
    label_studio_seconds: float = Field(60, ge=0.1, le=600, description="seconds to wait for an answer of it")

    @field_validator("roboflow_api_key", "label_studio_token")
    @classmethod
    def _sendable(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value().strip()
        if not key.isascii() or not key.isprintable() or " " in key:
            raise ValueError("a key has printable ASCII characters only")
        return SecretStr(key)

    @field_validator("roboflow_url")
    @classmethod
    def _confidential(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ValueError("pictures and keys travel over https only, or to this machine")
        return value.rstrip("/")

    @field_validator("label_studio_url")
    @classmethod
    def _confidential_too(cls, value: str) -> str:
        return cls._confidential(value) if value else ""

    @field_validator("home", "shared", "weights", "datasets")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().absolute()

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.home / 'plateloop.db'}"

    @property
    def datasets_folder(self) -> Path:
        return self.datasets or self.home / "datasets"

    def shared_folder(self, name: str) -> Path | None:
        """A data folder of the shared material, or None where there is none."""
        folder = self.shared / "data" / name
        return folder if folder.is_dir() else None


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def load_config(**overrides: object) -> Config:
    """The installation's settings.

    Raises:
        ConfigError: a variable holds a value its field does not allow; the message names it.
    """
    try:
        return Config(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        field = "_".join(str(part) for part in first["loc"])
        shown = "…" if field in SECRETS else repr(first.get("input"))
        raise ConfigError(
            f"PLATELOOP_{field.upper()}={shown} cannot be used: {first['msg']}; change or unset it"
        ) from (None if field in SECRETS else error)
