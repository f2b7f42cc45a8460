"""``python -m pipeline worker`` and ``jobs``: work that runs in the background."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from pipeline.cli.table import table
from pipeline.config import load_config
from pipeline.workbench import jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import JobRow
from pipeline.workbench.worker import work

app = typer.Typer(no_args_is_help=True, help="List, show, stop and retry jobs, and clear those that ended.")
JobId = Annotated[int, typer.Argument(metavar="JOB", help="The job's id, as `jobs list` shows it.")]


def worker(
    wait: Annotated[bool, typer.Option("--wait", help="Wait where the state folder has a worker already.")] = False,
    beside: Annotated[
        int | None, typer.Option(metavar="PID", min=1, help="End with the process of that id, such as the workbench.")
    ] = None,
) -> None:
    """Work the jobs that pages start; `make run` starts one of these by itself."""
    work(load_config(), wait=wait, beside=beside)


@app.command("list")
def list_(number: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 20) -> None:
    """List jobs, the newest first."""
    with _bench() as bench:
        head = ("job", "kind", "state", "progress", "created", "message")
        print("\n".join(table(head, [_row(job) for job in jobs.recent(bench, number)], numbers_from=len(head))))
        if jobs.active(bench) and not jobs.worker_is_alive(bench):
            print("No worker is running; start one with: python -m pipeline worker")


@app.command()
def show(job_id: JobId) -> None:
    """Show one job with its log."""
    with _bench() as bench:
        job = jobs.get(bench, job_id)
        print("  ".join(_row(job)).rstrip())
        print("\n".join(f"  {line}" for line in job.log))
        for name, value in job.result.items():
            print(f"  {name}: {value}")


@app.command()
def stop(job_id: JobId) -> None:
    """Stop a job that waits or runs."""
    with _bench() as bench:
        jobs.stop(bench, job_id)


@app.command()
def retry(job_id: JobId) -> None:
    """Queue a failed or stopped job again; it goes on from where it stood."""
    with _bench() as bench:
        jobs.retry(bench, job_id)


@app.command()
def clear() -> None:
    """Delete the jobs that ended; what they made stays."""
    with _bench() as bench:
        print(f"{jobs.clear_finished(bench)} jobs deleted")


@contextmanager
def _bench() -> Iterator[Workbench]:
    bench = Workbench.open(load_config())
    try:
        yield bench
    finally:
        bench.close()


def _row(job: JobRow) -> tuple[str, ...]:
    state = "stopping" if job.asked_to_stop else job.state
    created = job.created.astimezone().isoformat(sep=" ", timespec="seconds")
    return (str(job.id), job.kind, state, f"{job.done}/{job.total}" if job.total else "", created, job.message)
