"""What works in the background, what is installed, what can be used, and under which licence."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts.frame import open_page
from pages.parts.job_list import job_list
from pages.parts.language import say, say_name
from pages.parts.markup import badge, escape, facts, heading, megabytes, notice, section, table
from pipeline.workbench.bench import Workbench
from pipeline.workbench.source import source_zip
from pipeline.workbench.system import SystemReport, system_report


def show_machine(report: SystemReport) -> None:
    section(say("system.machine"))
    st.html(
        facts(
            (
                (say("system.version"), report.version),
                (say("system.python"), f"{report.python} · {report.platform}"),
                (say("system.device"), report.device),
                (say("system.threads"), str(report.threads)),
                (say("system.home"), str(report.home)),
                (say("system.home_size"), megabytes(report.home_bytes)),
                (say("system.free"), megabytes(report.free_bytes)),
            )
        )
    )


def show_licence(bench: Workbench, report: SystemReport) -> None:
    with st.container(border=True, key="licence"):
        section(say("system.licence_title"))
        st.write(say("system.licence_text"))
        if report.source_url:
            st.link_button(say("system.licence_link"), report.source_url, help=report.source_url)
        else:
            pack = partial(source_zip, bench.config)
            st.download_button(say("system.licence_link"), pack, "plateloop.zip", "application/zip", on_click="ignore")


def show_backends(report: SystemReport) -> None:
    section(say("system.backends"))
    rows = (
        (
            escape(say_name("stage", backend.stage)),
            f"<strong>{escape(backend.title)}</strong> <code>{escape(backend.name)}</code>",
            _state(backend.missing, say("system.usable"), say("system.unusable")),
        )
        for backend in report.backends
    )
    st.html(table((say("system.stage"), say("system.backend"), say("system.state")), rows))


def show_weights(report: SystemReport) -> None:
    section(say("system.weights"))
    if report.weights_problem:
        notice(report.weights_problem, "bad", say("system.unverified"))
    rows = (
        (
            f"<strong>{escape(weights.row.name)}</strong><br><small>{escape(weights.row.file)}</small>",
            f"<span class=pl-nowrap>{escape(weights.row.licence)}</span>",
            f"<small>{escape(weights.row.origin)}</small>",
            f"<span class=pl-nowrap>{escape(megabytes(weights.size_bytes))}</span>",
            _state(weights.problem, say("system.verified"), say("system.unverified")),
        )
        for weights in report.weights
    )
    columns = ("weights_name", "licence", "origin", "size", "state")
    st.html(table([say(f"system.{name}") for name in columns], rows))


def _state(problem: str | None, fine: str, broken: str) -> str:
    """A badge, and under a broken one the details, which are English only."""
    return f"{badge(broken, 'bad')}<br><small>{escape(problem)}</small>" if problem else badge(fine, "good")


def show_packages(report: SystemReport) -> None:
    section(say("system.packages"))
    versions = facts((name, version or say("system.not_installed")) for name, version in report.versions.items())
    st.html(f'<div class="pl-wide">{versions}</div>')


with open_page("system") as bench:
    report = system_report(bench)
    heading(say("system.title"), say("system.subtitle"))
    job_list(bench)
    left, right = st.columns([6, 5], gap="large")
    with left:
        show_backends(report)
    with right:
        show_licence(bench, report)
        show_machine(report)
    show_weights(report)
    show_packages(report)
