"""Settings of one installation, read from the environment (``PLATELOOP_…``)."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.errors import ConfigError

PROJECT = Path(__file__).resolve().parent.parent


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
    threads: int = Field(default_factory=_usable_cores, ge=1, le=64, description="threads one model may use")
    max_upload_mb: int = Field(200, ge=1, le=4096, description="largest single upload, in megabytes")
    max_pixels: int = Field(120_000_000, ge=10_000, description="largest picture opened, in pixels")
    source_url: str = Field(
        "", description="where users get this installation's source (AGPL, section 13); empty: the System page packs it"
    )

    @field_validator("home", "shared", "weights")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.home / 'plateloop.db'}"

    def shared_folder(self, name: str) -> Path | None:
        """A data folder of the shared material, or None where there is none."""
        folder = self.shared / "data" / name
        return folder if folder.is_dir() else None


def load_config(**overrides: object) -> Config:
    """The installation's settings.

    Raises:
        ConfigError: a variable holds a value its field does not allow; the message names it.
    """
    try:
        return Config(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "PLATELOOP_" + "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigError(
            f"{name}={first.get('input')!r} cannot be used: {first['msg']}; change or unset it"
        ) from error
