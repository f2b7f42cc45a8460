"""One run: its headline, and the views that say where it fails."""

from __future__ import annotations

import streamlit as st

from pages.parts.clicks import go, link
from pages.parts.empty_state import empty_state
from pages.parts.failure_charts import look_map, trust_chart
from pages.parts.failure_gallery import Readings, cases, gallery, use
from pages.parts.failure_report import report
from pages.parts.failure_tables import headline, hidden_mistakes, matrix, mistakes, slice_table, track
from pages.parts.failure_words import character, say_problem, share, slice_name
from pages.parts.job_progress import job_progress
from pages.parts.language import language, say, say_name
from pages.parts.markup import escape, heading, moment, notice, section
from pipeline.workbench import NotFound, failure_views, failures
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_views import RunView, Slicing, StoredRun

_WORST = 8
_EVERY = "4s"
"""How often the numbers of a run that is being read are drawn anew."""
_VIEWS = ("worst", "slices", "confusion", "trust", "map", "versus", "problems")
_DUEL = ("won", "lost", "both_wrong", "both_right")


def show_run(bench: Workbench, asked: str) -> None:
    """The run of that id, or the plates behind one of its numbers; a sentence where there is no such run."""
    try:
        view = _open(bench, _number(asked))
    except NotFound:
        _back(say("failures.back_to_sets"))
        empty_state(say("failures.unknown_run", id=asked), say("analyze.unknown_text"))
        return
    if question := st.query_params.get("plates"):
        _show_plates(bench, view, question)
        return
    _back(say("failures.back_to_sets"))
    _head(bench, view)
    if view.items:
        st.html(headline(view))
        _views(bench, view)
    elif view.run.finished:
        empty_state(say("failures.no_plates"), say("failures.no_plates_run"))
    with st.container(horizontal=True, horizontal_alignment="right"), st.popover(say("failures.delete_run")):
        st.write(say("failures.delete_run_text"))
        if st.button(say("analyze.delete_for_good"), key=f"delete-run-{view.run.id}", type="primary"):
            failures.delete_run(bench, view.run.id)
            go()


def _head(bench: Workbench, view: RunView) -> None:
    run = view.run
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        with st.container(width="content"):
            heading(say("failures.run_title", name=run.plan.name), _facts(run))
        if run.finished and view.items:
            st.download_button(
                say("failures.report"),
                _report(bench, view, run.id, run.items, language()),
                f"plateloop-{run.id}-{language()}.html",
                "text/html",
                on_click="ignore",
                help=say("failures.report_help"),
            )
    if not run.finished:
        job = failures.job_of(bench, run.id)
        if job is not None:
            job_progress(bench, job)
        else:
            with st.container(horizontal=True, vertical_alignment="center"):
                notice(say("failures.unfinished", done=f"{run.done:,}", total=f"{run.plan.total:,}"), "warn")
                if st.button(say("analyze.go_on"), key="go_on"):
                    failures.take_up(bench, run.id)
                    st.rerun()
        if view.items:
            st.caption(say("failures.so_far"))
        if job is not None:
            _follow(bench, run)


def _follow(bench: Workbench, run: StoredRun) -> None:
    """Has the page run again once more is read."""

    def look() -> None:
        try:
            if bench.store.runs.get(run.id).done != run.done:
                st.rerun()
        except NotFound:
            st.rerun()

    st.fragment(look, run_every=_EVERY)()


def _facts(run: StoredRun) -> str:
    facts = (
        say_name("recipe", run.plan.recipe),
        say("failures.pictures", count=f"{run.plan.total:,}"),
        say(f"set_form.{run.plan.form}"),
        moment(run.created),
    )
    return " · ".join(facts)


def _views(bench: Workbench, view: RunView) -> None:
    names = [name for name in _VIEWS if name != "problems" or view.run.plan.problems]
    name = st.segmented_control(
        say("failures.view"),
        names,
        format_func=lambda name: say(f"failures.view_{name}"),
        default=names[0],
        required=True,
        key="failures.view",
        persist_state="session",
        label_visibility="collapsed",
    )
    {
        "worst": _worst,
        "slices": _slices,
        "confusion": _confusion,
        "trust": _trust,
        "map": look_map,
        "versus": _versus,
        "problems": _problems,
    }[str(name)](bench, view)


def _worst(bench: Workbench, view: RunView) -> None:
    if not view.worst:
        empty_state(say("failures.flawless"), say("failures.flawless_text"))
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        section(say("failures.worst_title"))
        everything = escape(say("failures.worst_all", count=f"{len(view.worst):,}"))
        st.html(link(everything, run=view.run.id, plates="wrong"), width="content")
    st.caption(say("failures.worst_text"))
    cases(bench, view.worst[:_WORST])


def _slices(bench: Workbench, view: RunView) -> None:
    by = st.segmented_control(
        say("failures.slice_by"),
        list(Slicing),
        format_func=lambda by: say(f"slicing.{by}"),
        default=Slicing.SIZE,
        required=True,
        key="failures.slicing",
        persist_state="session",
    )
    st.html(slice_table(view, Slicing(by)))
    st.caption(say(f"slicing_text.{by}"))


def _confusion(bench: Workbench, view: RunView) -> None:
    if not view.confusion.mistakes:
        empty_state(say("failures.flawless"), say("failures.flawless_text"))
        return
    left, right = st.columns([7, 3], gap="large")
    with left:
        section(say("failures.matrix_title"))
        st.caption(say("failures.matrix_text"))
        st.html(matrix(view))
        if hidden := hidden_mistakes(view):
            st.caption(say("failures.matrix_hidden", count=f"{hidden:,}"))
    with right:
        section(say("failures.mistakes_title"))
        st.html(mistakes(view))


def _trust(bench: Workbench, view: RunView) -> None:
    if not view.trust.bins:
        empty_state(say("failures.no_plates"), say("failures.no_plates_run"))
        return
    left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
    with left:
        trust_chart(view)
    with right:
        st.html(
            f'<div class="pl-reading"><strong>{escape(share(view.trust.error))}</strong>'
            f"<p>{escape(say('failures.trust_error'))}</p><p>{escape(say('failures.trust_text'))}</p></div>"
        )


def _versus(bench: Workbench, view: RunView) -> None:
    others = {run.id: run for run in failure_views.rivals(bench, view.run)}
    if not others:
        empty_state(say("failures.no_rival"), say("failures.no_rival_text"))
        return
    chosen = st.selectbox(
        say("failures.rival"),
        list(others),
        format_func=lambda n: f"{say_name('recipe', others[n].plan.recipe)} · {moment(others[n].created)}",
        key=f"failures.rival.{view.run.id}",
    )
    rival = _open(bench, chosen)
    found = failure_views.compare_runs(view, rival)
    ours, theirs = (say_name("recipe", run.run.plan.recipe) for run in (view, rival))
    counts = {name: len(getattr(found, name)) for name in _DUEL}
    tiles = "".join(f"<li>{_duel_tile(view, rival, name, count, ours, theirs)}</li>" for name, count in counts.items())
    st.html(f'<ul class="pl-duel">{tiles}</ul>')
    rows = "".join(
        f"<li><span>{escape(name)}</span>{track(its.share, its.exact_interval)}<b>{escape(share(its.share))}</b></li>"
        for name, its in ((ours, view.summary), (theirs, rival.summary))
    )
    st.html(f'<ul class="pl-tracks">{rows}</ul>')
    certain = "sure" if found.p < 0.01 else "likely" if found.p < 0.05 else "chance"
    p = f"{found.p:.3f}" if found.p >= 0.001 else f"{found.p:.1e}"
    notice(say(f"failures.p_{certain}", p=p), "info", say("failures.p_title"))


def _duel_tile(view: RunView, rival: RunView, name: str, count: int, ours: str, theirs: str) -> str:
    words = say(f"failures.duel_{name}", ours=ours, theirs=theirs)
    content = f"<strong>{count:,}</strong><span>{escape(words)}</span>"
    if not count:
        return f'<div class="pl-stat">{content}</div>'
    return link(content, look="pl-stat", run=view.run.id, plates=f"duel|{name}", rival=rival.run.id)


def _problems(bench: Workbench, view: RunView) -> None:
    rows = "".join(f"<li>{escape(say_problem(problem))}</li>" for problem in view.run.plan.problems)
    st.html(f'<ul class="pl-problems">{rows}</ul>')


def _show_plates(bench: Workbench, view: RunView, question: str) -> None:
    rival = _rival(bench)
    if st.button(f"← {say('failures.back_to_run', name=view.run.plan.name)}"):
        go(run=view.run.id)
    items = failure_views.plates(view, question, rival)
    title = _title(question, view, rival)
    heading(title, say("failures.plates_of", count=f"{len(items):,}", recipe=say_name("recipe", view.run.plan.recipe)))
    key = f"{view.run.id}-{question}"
    use(bench, items, title, say("failures.origin", run=view.run.id, what=title), key)
    others: Readings | None = None
    if rival:
        others = {(o.file, o.plate): o.read for o in rival.outcomes}
    gallery(bench, items, key, others)


def _title(question: str, view: RunView, rival: RunView | None) -> str:
    """What the plates behind a question have in common; not escaped."""
    kind, *rest = question.split("|", 3)
    if kind == "slice":
        by = Slicing(rest[0])
        about = f"{say(f'slicing.{by}')}: {slice_name(by, rest[2])}"
        return say("failures.title_slice_wrong", what=about) if rest[1] == "wrong" else about
    if kind == "pair":
        return say("failures.title_pair", truth=character(rest[0]), read=character(rest[1]))
    if kind == "bin":
        low = 100 * int(rest[0]) // failure_views.BINS
        return say("failures.title_bin", low=low, high=low + 100 // failure_views.BINS)
    if kind == "duel" and rival:
        ours, theirs = (say_name("recipe", run.run.plan.recipe) for run in (view, rival))
        return say(f"failures.duel_{rest[0]}", ours=ours, theirs=theirs)
    return say(f"failures.title_{kind}")


def _rival(bench: Workbench) -> RunView | None:
    asked = st.query_params.get("rival")
    return _open(bench, _number(asked)) if asked else None


def _open(bench: Workbench, run_id: int) -> RunView:
    run = bench.store.runs.get(run_id)
    return _view(bench, run_id, run.done, run.items, run.finished is not None)


@st.cache_resource(max_entries=8, ttl=600, show_spinner=False)
def _view(_bench: Workbench, run_id: int, done: int, items: int, finished: bool) -> RunView:
    """Shared by all sessions; another number of plates is another view."""
    return failure_views.open_run(_bench, run_id)


@st.cache_data(max_entries=20, ttl=600, show_spinner=False)
def _report(_bench: Workbench, _view: RunView, run_id: int, items: int, language: str) -> bytes:
    """Made beforehand: when the button is pressed, nobody knows the language any longer."""
    return report(_bench, _view)


def _number(asked: str) -> int:
    """Ids begin at 1, so 0 is nobody's."""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0


def _back(label: str) -> None:
    if st.button(f"← {label}"):
        go()
