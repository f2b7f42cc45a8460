"""One check: a sentence for every chain, the numbers behind it, and the pictures where it hurts most."""

from __future__ import annotations

import streamlit as st

from pages.parts.check_start import chain_name
from pages.parts.clicks import go, link
from pages.parts.compare_slider import compare_slider
from pages.parts.empty_state import empty_state
from pages.parts.job_progress import job_progress
from pages.parts.language import say
from pages.parts.markup import badge, escape, heading, image_address, moment, notice, section, table
from pipeline.workbench import NotFound, PlateLoopError, downstream
from pipeline.workbench.bench import Workbench
from pipeline.workbench.downstream_views import (
    ChainView,
    CheckView,
    DetailEffect,
    Effect,
    Measured,
    Shown,
    Task,
    TaskEffect,
    open_check,
    picture_pair,
)

_LOOKS = {
    Effect.HURTS: "bad",
    Effect.MAY_HURT: "warn",
    Effect.UNCLEAR: "quiet",
    Effect.MAY_HELP: "good",
    Effect.HELPS: "good",
}
_EVERY = "3s"
"""How often a check that is being worked is drawn anew."""


def show_check(bench: Workbench, asked: str) -> None:
    """The check of that id; a sentence where there is none."""
    st.html(link(f"← {escape(say('low_light.back'))}"))
    try:
        view = open_check(bench, int(asked) if asked.isdecimal() else 0)
    except NotFound:
        empty_state(say("low_light.unknown", id=asked), say("analyze.unknown_text"))
        return
    heading(say("low_light.check_title", name=view.check.plan.name), _facts(view))
    if view.check.finished is None:
        _standing(bench, view)
    if view.pictures:
        st.html(f'<ul class="pl-checks">{"".join(map(_card, view.chains))}</ul>')
        _numbers(view)
        _pictures(bench, view)
    elif view.check.finished is None:
        empty_state(say("low_light.nothing"), say("low_light.nothing_text"))
    if reasons := view.check.plan.left_out:
        with st.expander(say("low_light.left_out", count=f"{len(reasons):,}")):
            st.html(f'<ul class="pl-problems">{"".join(f"<li>{escape(reason)}</li>" for reason in reasons)}</ul>')
    with st.container(horizontal=True, horizontal_alignment="right"), st.popover(say("low_light.delete")):
        st.write(say("low_light.delete_text"))
        if st.button(say("analyze.delete_for_good"), key=f"delete-check-{view.check.id}", type="primary"):
            downstream.delete_check(bench, view.check.id)
            go()


def _facts(view: CheckView) -> str:
    count, labelled = len(view.check.plan.pictures), view.labelled
    facts = [say("low_light.fact_pictures", count=f"{count:,}")]
    facts.append(
        say("low_light.fact_labelled", count=f"{labelled:,}") if labelled else say("low_light.fact_unlabelled")
    )
    if view.outlined:
        facts.append(say("low_light.fact_outlined", count=f"{view.outlined:,}"))
    return " · ".join([*facts, moment(view.check.created)])


def _standing(bench: Workbench, view: CheckView) -> None:
    job = downstream.job_of(bench, view.check.id)
    if job is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            total = f"{len(view.check.plan.pictures):,}"
            notice(say("low_light.unfinished", done=f"{view.pictures:,}", total=total), "warn")
            if st.button(say("low_light.go_on"), key="go_on"):
                downstream.take_up(bench, view.check.id)
                st.rerun()
        return
    job_progress(bench, job)
    if view.pictures:
        st.caption(say("low_light.so_far"))

    def look() -> None:
        try:
            if open_check(bench, view.check.id).pictures != view.pictures:
                st.rerun()
        except NotFound:
            st.rerun()

    st.fragment(look, run_every=_EVERY)()


def _card(view: ChainView) -> str:
    """What a chain does, in sentences."""
    name = escape(chain_name(view.chain.key, view.chain.title))
    mark = badge(say(f"low_light.effect_{view.effect}"), _LOOKS[view.effect])
    sentences = [(_LOOKS[task.effect], _says(task)) for task in view.tasks]
    sentences.append(_says_kept(view.kept, "low_light.says_kept"))
    if view.inside.n:
        sentences.append(_says_kept(view.inside, "low_light.says_kept_inside"))
    if view.resized:
        sentences.append(("warn", say("low_light.says_resized", count=f"{view.resized:,}")))
    if view.untouched:
        sentences.append(("quiet", say("low_light.says_untouched", count=f"{view.untouched:,}")))
    if view.failed:
        sentences.append(("bad", say("low_light.says_failed", count=f"{len(view.failed):,}", first=view.failed[0])))
    rows = "".join(f'<li class="pl-{look}">{escape(text)}</li>' for look, text in sentences)
    return f'<li><h3>{name} {mark}</h3><ul class="pl-remarks">{rows}</ul></li>'


def _says(task: TaskEffect) -> str:
    name = say(f"low_light.{task.task}_small")
    if not task.before.count + task.after.count:
        return say("low_light.says_nothing", task=name)
    tested = task.paired
    if not tested.fewer + tested.more:
        return say("low_light.says_same", task=say(f"low_light.{task.task}"), n=f"{tested.n:,}")
    name = say(f"low_light.{task.task}") if task.effect is Effect.UNCLEAR else name
    return say(
        f"low_light.says_{task.effect}",
        task=name,
        fewer=f"{tested.fewer:,}",
        more=f"{tested.more:,}",
        n=f"{tested.n:,}",
        p=_chance(task.p),
    )


def _says_kept(effect: DetailEffect, key: str) -> tuple[str, str]:
    shares = {"gradient": _share(effect.kept.gradient), "structure": _share(effect.kept.structure)}
    text = say(key, n=f"{effect.n:,}", **shares)
    return ("warn", f"{say('low_light.says_lost')}{text}") if effect.lost else ("quiet", text)


def _numbers(view: CheckView) -> None:
    section(say("low_light.numbers"))
    if not view.labelled:
        st.caption(say("low_light.unlabelled_text"))
    names = ["chain", "task", "found", "confidence", "precision", "difference", "p", "brightness", "ms"]
    shown = [name for name in names if name != "precision" or view.labelled]
    rows = [[cells[name] for name in shown] for chain in view.chains for cells in map(_cells, [chain] * 2, chain.tasks)]
    st.html(f'<div class="pl-numbers">{table([say(f"low_light.column_{name}") for name in shown], rows)}</div>')
    st.caption(say("low_light.numbers_text"))


def _cells(chain: ChainView, task: TaskEffect) -> dict[str, str]:
    before, after, tested = task.before, task.after, task.paired
    first = task.task is Task.VEHICLES
    return {
        "chain": f"<strong>{escape(chain_name(chain.chain.key, chain.chain.title))}</strong>" if first else "",
        "task": escape(say(f"low_light.{task.task}")),
        "found": f"{before.count:,} → {after.count:,}",
        "confidence": f"{_share(before.confidence)} → {_share(after.confidence)}",
        "precision": "–" if after.precision is None else f"{before.precision or 0:.3f} → {after.precision:.3f}",
        "difference": f"{tested.mean:+.2f} <small>({tested.low:+.2f} … {tested.high:+.2f})</small>",
        "p": escape(_chance(task.p)),
        "brightness": "{:.0f} → {:.0f}".format(*chain.brightness) if first else "",
        "ms": escape(say("low_light.milliseconds", value=f"{chain.elapsed_ms:,.0f}")) if first else "",
    }


def _pictures(bench: Workbench, view: CheckView) -> None:
    """Pictures before and after, those that lose most first."""
    section(say("low_light.where"))
    chains = {chain.chain.key: chain for chain in view.chains}
    key = st.segmented_control(
        say("low_light.column_chain"),
        list(chains),
        format_func=lambda key: chain_name(key, chains[key].chain.title),
        default=next(iter(chains)),
        required=True,
        key=f"low_light.chain-{view.check.id}",
        label_visibility="collapsed",
    )
    chain = chains[str(key)]
    if not chain.worst:
        st.caption(f"{say('low_light.where_none')}. {say('low_light.where_none_text')}")
    rest = [change for change in chain.changes if change.loss <= 0]
    ordered = {change.picture.file: change for change in (*chain.worst, *sorted(rest, key=lambda one: one.loss))}
    if not ordered:
        return
    file = st.selectbox(
        say("low_light.picture"),
        list(ordered),
        format_func=lambda file: say("low_light.picture_loss", file=file, loss=f"{-ordered[file].loss:+.0f}"),
        key=f"low_light.picture-{view.check.id}-{key}",
    )
    change = ordered[file]
    try:
        before, after = _pair(bench, view, chain, str(file), view.check.id, chain.chain.fingerprint)
    except PlateLoopError as error:
        notice(str(error), "warn")
        return
    kinds = [*Task, "labels"] if change.picture.plates is not None else [*Task]
    key_row = "".join(f'<li><i class="pl-box-{k}"></i>{escape(say(f"low_light.key_{k}"))}</li>' for k in kinds)
    st.html(f'<ul class="pl-key pl-box-key">{key_row}</ul>')
    name = chain_name(chain.chain.key, chain.chain.title)
    compare_slider(
        (image_address(before.jpeg), say("low_light.before", **_counts(change.before))),
        (image_address(after.jpeg), say("low_light.after", chain=name, **_counts(change.after))),
        (before.width, before.height),
        say("low_light.slider"),
        key="low_light.slider",
    )


@st.cache_data(max_entries=12, show_spinner=False)
def _pair(
    _bench: Workbench, _view: CheckView, _chain: ChainView, file: str, check_id: int, chain: str
) -> tuple[Shown, Shown]:
    change = next(change for change in _chain.changes if change.picture.file == file)
    return picture_pair(_bench, _view.check.plan, _chain.chain, change)


def _counts(measured: Measured) -> dict[str, str]:
    return {str(task): f"{len(measured.sure(task)):,}" for task in Task}


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _chance(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"
