"""Which Label Studio the workbench talks to: the one that the settings name, else the one that was started here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.config import Config, is_loopback
from pipeline.errors import NotConnected


@dataclass(frozen=True, slots=True)
class Connection:
    """``ours`` says that `make label-studio` started it; then ``user`` and ``password`` open its pages."""

    url: str
    token: str = field(repr=False)
    ours: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def on_this_machine(self) -> bool:
        return is_loopback(urlsplit(self.url).hostname or "")


def folder(config: Config) -> Path:
    """Where the one that was started here keeps its data; ``scripts/label-studio`` knows it as well."""
    return config.home / "label-studio"


def find_connection(config: Config) -> Connection:
    """
    Raises:
        NotConnected: none is named and none was ever started here, or there is an address without a token.
    """
    token = config.label_studio_token.get_secret_value()
    if config.label_studio_url:
        if not token:
            raise NotConnected(
                f"PLATELOOP_LABEL_STUDIO_URL names {config.label_studio_url}, but there is no token for it; set "
                "PLATELOOP_LABEL_STUDIO_TOKEN to one of your account there"
            )
        return Connection(config.label_studio_url, token)
    path = folder(config) / "connection.json"
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Connection(said["url"], said["token"], True, said["user"], said["password"])
    except FileNotFoundError:
        raise NotConnected(
            "no Label Studio was started here yet; run make label-studio, or name one with PLATELOOP_LABEL_STUDIO_URL "
            "and PLATELOOP_LABEL_STUDIO_TOKEN"
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise NotConnected(f"{path} cannot be read; delete it and run make label-studio again") from None
