"""Talks to a Label Studio server. The only importer of its SDK; what goes wrong becomes a sentence without secrets.

What the SDK raises is never shown as it is: the text of an ``ApiError`` holds headers and the session's cookie.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from pipeline.errors import ProjectUnusable, ServerDown, ServerFailed, ServerTooSlow, TokenRefused
from pipeline.labelling import form
from pipeline.labelling.connection import Connection
from pipeline.labelling.tasks import CASE, Json

PICTURES_AT_ONCE = 100  # files in one request: Django's own limit
_TASKS_AT_ONCE = 500
_CONNECT_SECONDS = 5.0
_FIRST_PAGE = 1
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"  # the only form that a filter takes
_DETAIL = 200  # characters of what a server says


@dataclass(frozen=True, slots=True)
class ServerProject:
    """A project as its server describes it; ``born`` tells it from any other of the same number."""

    number: int
    title: str
    born: str
    configuration: str
    tasks: int


class LabelStudioClient:
    """Every method may raise the family of ``LabellingError``. No request is ever repeated by itself."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        """``seconds`` is how long to wait for an answer."""
        from label_studio_sdk import LabelStudio  # takes a second or two

        logging.getLogger("httpcore").setLevel(logging.INFO)  # below, it logs headers with cookies in them
        self.url = connection.url
        self._seconds = seconds
        self._http = httpx.Client(
            timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
            trust_env=not connection.on_this_machine,  # no proxy on the way to this machine
        )
        with self._in_words():
            # To send a request again may do twice what it asks for, so nobody does that unasked.
            self._sdk = LabelStudio(  # type: ignore[no-untyped-call]
                base_url=connection.url,
                api_key=connection.token,
                timeout=seconds,
                httpx_client=self._http,
                max_retries=0,
            )

    def close(self) -> None:
        self._http.close()

    def version(self) -> str:
        """Of Label Studio; what is asked first, as it tells whether the address is right."""
        with self._in_words():
            return str(self._sdk.versions.get().release)

    def user(self) -> str:
        """Whom the token belongs to."""
        with self._in_words():
            me = self._sdk.users.whoami()
            return str(me.email or me.username)

    def project(self, number: int) -> ServerProject:
        with self._in_words(f"project {number}"):
            return _project(self._sdk.projects.get(id=number))

    def find_project(self, title: str) -> ServerProject | None:
        """The oldest that bears exactly this title."""
        with self._in_words():
            projects: Any = self._sdk.projects.list(title=title)
            bearing: list[int] = [found.id for found in projects if found.title == title]
        return self.project(min(bearing)) if bearing else None

    def create_project(self, title: str) -> ServerProject:
        with self._in_words():
            made = self._sdk.projects.create(
                title=title,
                label_config=form.labelling_configuration(),
                description="PlateLoop",
                show_collab_predictions=True,
                model_version=form.VERDICT,
            )
        return self.project(int(made.id or 0))

    def configure(self, number: int) -> None:
        """Gives a project our labelling configuration."""
        with self._in_words(f"project {number}"):
            self._sdk.projects.update(
                id=number, label_config=form.labelling_configuration(), model_version=form.VERDICT
            )

    def annotators(self) -> Mapping[int, str]:
        """Every account by its number."""
        with self._in_words():
            users = self._sdk.users.list()
        return {int(user.id or 0): str(user.email or user.username or f"annotator {user.id}") for user in users}

    def upload(self, project: int, pictures: Mapping[str, bytes]) -> dict[str, str]:
        """Sends JPEGs by name, at most :data:`PICTURES_AT_ONCE`; gives the address of each, as tasks name it."""
        files = [(name, (f"{name}.jpg", data, "image/jpeg")) for name, data in pictures.items()]
        sent = self._ask("POST", f"api/projects/{project}/import", params={"commit_to_project": "false"}, files=files)
        with self._in_words(f"project {project}"):
            there: Sequence[Any] = self._sdk.files.list(project, ids=json.dumps(sent["file_upload_ids"]))
        # upload/<project>/<eight digits>-<our name>.jpg
        paths = {
            str(found.file).rpartition("/")[2].partition("-")[2].removesuffix(".jpg"): found.file for found in there
        }
        if lost := pictures.keys() - paths.keys():
            raise ServerFailed(
                f"{self.url} took {len(pictures)} pictures and does not have {len(lost)} of them; try again"
            )
        return {name: f"/data/{paths[name]}" for name in pictures}

    def send(self, project: int, tasks: Sequence[Json]) -> None:
        """Makes tasks; which number each got is to be asked, see ``find``."""
        self._ask("POST", f"api/projects/{project}/import", json=list(tasks))

    def find(self, project: int, names: Sequence[str]) -> dict[str, list[Json]]:
        """The tasks of the cases of those names, each with its ``annotations``, the oldest first."""
        found: dict[str, list[Json]] = {}
        for start in range(0, len(names), _TASKS_AT_ONCE):
            wanted = {"filter": f"filter:tasks:data.{CASE}", "operator": "in_list", "type": "String"}
            for page in self._pages(project, wanted | {"value": list(names[start : start + _TASKS_AT_ONCE])}):
                for task in page:
                    found.setdefault(str(task["data"].get(CASE)), []).append(task)
        return found

    def changed(self, project: int, since: datetime | None) -> Iterator[list[Json]]:
        """Pages of the tasks that changed after ``since`` (server's time), or of all, each with its annotations."""
        wanted = {"filter": "filter:tasks:updated_at", "operator": "greater", "type": "Datetime"}
        return self._pages(project, wanted | {"value": since.astimezone(UTC).strftime(_MOMENT)} if since else None)

    def annotate(self, task: int, result: Sequence[Json]) -> None:
        """Gives an answer in the name of the token's account."""
        self._ask("POST", f"api/tasks/{task}/annotations/", json={"result": list(result)})

    def answered(self, task: int) -> bool:
        """Whether somebody has answered that task."""
        with self._in_words(f"task {task}"):
            return bool(self._sdk.tasks.get(str(task)).annotations)

    def delete(self, task: int) -> None:
        with self._in_words(f"task {task}"):
            self._sdk.tasks.delete(str(task))

    def delete_project(self, number: int) -> None:
        """With all its tasks and answers."""
        with self._in_words(f"project {number}"):
            self._sdk.projects.delete(id=number)

    def call_back(self, project: int, address: str, ours: str) -> None:
        """Has the server call an address whenever somebody answers; others that hold ``ours`` go."""
        with self._in_words(f"project {project}"):
            known = self._sdk.webhooks.list(project=str(project))
            for hook in known:
                if hook.url != address and ours in hook.url:
                    self._sdk.webhooks.delete(int(hook.id or 0))
            if address not in [hook.url for hook in known]:
                self._sdk.webhooks.create(
                    url=address,
                    project=project,
                    send_payload=False,
                    send_for_all_actions=False,
                    actions=["ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATIONS_DELETED"],
                )

    def _pages(self, project: int, wanted: Json | None) -> Iterator[list[Json]]:
        # By id, so that what changes meanwhile moves nobody out of a page that is still to come.
        query: Json = {"ordering": ["tasks:id"]}
        if wanted:
            query["filters"] = {"conjunction": "and", "items": [wanted]}
        page = _FIRST_PAGE
        while True:
            # Asked directly: a thousand tasks take the SDK's own models many seconds.
            said = self._ask(
                "GET",
                "api/tasks",
                params={
                    "project": project,
                    "fields": "all",
                    "page": page,
                    "page_size": _TASKS_AT_ONCE,
                    "query": json.dumps(query),
                },
            )
            yield said["tasks"]
            if page * _TASKS_AT_ONCE >= said["total"]:
                return
            page += 1

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        """A request that the SDK has no function for, with the token as the SDK sends it."""
        with self._in_words(path.removeprefix("api/")):
            headers = {"Authorization": self._sdk._client_wrapper.get_headers()["Authorization"]}
            answer = self._http.request(method, f"{self.url}/{path}", headers=headers, **request)
            if answer.is_success:
                return answer.json()
        raise self._refusal(answer.status_code, _body(answer), path.removeprefix("api/"))

    @contextmanager
    def _in_words(self, about: str = "it") -> Iterator[None]:
        from label_studio_sdk.core.api_error import ApiError
        from pydantic import ValidationError

        try:
            yield
        except ApiError as error:
            raise self._refusal(error.status_code or 0, error.body, about) from None
        except httpx.TimeoutException:
            raise ServerTooSlow(
                f"Label Studio at {self.url} did not answer about {about} within {self._seconds:g} s; see what it is "
                "busy with and try again, or raise PLATELOOP_LABEL_STUDIO_SECONDS"
            ) from None
        except httpx.LocalProtocolError:
            raise TokenRefused("the token cannot be sent; set PLATELOOP_LABEL_STUDIO_TOKEN again") from None
        except httpx.HTTPError as error:
            raise ServerDown(
                f"Label Studio at {self.url} cannot be reached ({type(error).__name__}); start it (make label-studio), "
                "or check the address and the network, then try again"
            ) from None
        except (ValueError, KeyError, TypeError, ValidationError):
            raise ServerFailed(
                f"{self.url} did not answer as a Label Studio does about {about}; check the address"
            ) from None

    def _refusal(self, status: int, body: object, about: str) -> Exception:
        said = _detail(body)
        match status:
            case 401 | 403:
                return TokenRefused(
                    f"Label Studio at {self.url} does not take the token ({status}{said}); copy it again from your "
                    "account there into PLATELOOP_LABEL_STUDIO_TOKEN"
                )
            case 404:
                return ProjectUnusable(
                    f"Label Studio at {self.url} does not know {about} (404); it may have been deleted, or belong to "
                    "others: check PLATELOOP_LABEL_STUDIO_PROJECT"
                )
            case _:
                return ServerFailed(
                    f"Label Studio at {self.url} failed about {about} ({status}{said}); try again later"
                )


def prediction_problems(configuration: str, tasks: Sequence[Json]) -> dict[str, str]:
    """What is wrong with the predictions of tasks, by the case's name: the server itself takes nearly anything."""
    from label_studio_sdk.label_interface.interface import LabelInterface

    interface: Any = LabelInterface(configuration)
    problems = {}
    for task in tasks:
        for prediction in task["predictions"]:
            if wrong := interface.validate_prediction(prediction, return_errors=True):
                problems[str(task["data"][CASE])] = str(wrong[0])
    return problems


def missing_controls(configuration: str) -> tuple[str, ...]:
    """Those of our controls that a labelling configuration lacks."""
    from label_studio_sdk.label_interface.interface import LabelInterface

    controls = LabelInterface(configuration).controls if configuration.strip() else ()
    return tuple(sorted(form.CONTROLS.keys() - {control.name for control in controls}))


def _project(found: Any) -> ServerProject:
    born = found.created_at.isoformat() if found.created_at else ""
    return ServerProject(
        int(found.id), str(found.title), born, str(found.label_config or ""), int(found.task_number or 0)
    )


def _body(answer: httpx.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return None


def _detail(body: object) -> str:
    """What the server says of itself, where it says it in sentences."""
    if not isinstance(body, dict) or not isinstance(body.get("detail"), str):
        return ""
    reasons = [str(reason) for wrong in (body.get("validation_errors") or {}).values() for reason in wrong]
    return f": {'; '.join([body['detail'], *reasons])[:_DETAIL]}"
