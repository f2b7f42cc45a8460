"""A Label Studio that answers, and in it the project that holds our cases; made where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.config import Config
from pipeline.errors import ProjectUnusable
from pipeline.labelling.client import LabelStudioClient, ServerProject, missing_controls
from pipeline.labelling.connection import find_connection
from pipeline.labelling.form import labelling_configuration
from pipeline.store.outbox import LabelProject, Outbox


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a server says when it is asked who it is; ``project`` is None where the next push makes one."""

    url: str
    version: str
    user: str
    project: ServerProject | None


@dataclass(frozen=True, slots=True)
class Session:
    client: LabelStudioClient
    project: LabelProject
    configuration: str


def greet(config: Config) -> Greeting:
    """Asks everything that a push needs, and changes nothing.

    Raises:
        LabellingError: it cannot be used; the message says why and what to do.
    """
    with _client(config) as client:
        version, user = client.version(), client.user()
        project = _named(config, client)
        if project and project.tasks:
            _check(project)
        return Greeting(client.url, version, user, project)


@contextmanager
def open_session(config: Config, outbox: Outbox) -> Iterator[Session]:
    """
    Raises:
        LabellingError: as :func:`greet`.
        StoreError: the state folder cannot be written.
    """
    with _client(config) as client:
        project = _named(config, client) or client.create_project(config.label_studio_project)
        configuration = project.configuration
        if missing_controls(configuration) and not project.tasks:
            client.configure(project.number)
            configuration = labelling_configuration()
        else:
            _check(project)
        yield Session(client, outbox.project(project.number, project.born, project.title), configuration)


@contextmanager
def _client(config: Config) -> Iterator[LabelStudioClient]:
    client = LabelStudioClient(find_connection(config), config.label_studio_seconds)
    try:
        yield client
    finally:
        client.close()


def _named(config: Config, client: LabelStudioClient) -> ServerProject | None:
    """The project of the settings; None where no project bears the title."""
    name = config.label_studio_project
    return client.project(int(name)) if name.isascii() and name.isdecimal() else client.find_project(name)


def _check(project: ServerProject) -> None:
    if missing := missing_controls(project.configuration):
        raise ProjectUnusable(
            f"project {project.number} ('{project.title}') has tasks of others: its labelling configuration lacks "
            f"{', '.join(missing)}; name another project, or a new title, with PLATELOOP_LABEL_STUDIO_PROJECT"
        )
