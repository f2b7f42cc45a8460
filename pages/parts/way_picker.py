"""Choosing enhancers, chains of them and readers: what cannot run is grey and says what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.parts.comparison import CHAINS, MORE, READERS, SETTINGS
from pages.parts.language import say
from pages.parts.markup import escape, notice
from pages.parts.popover import popover
from pages.parts.settings_form import settings_form
from pages.parts.way_look import backend_name, way_name
from pipeline.plate.types import Stage
from pipeline.workbench import PlateLoopError, recipes, ways
from pipeline.workbench.bench import Workbench
from pipeline.workbench.ways import UNCHANGED, Way

_NEXT = "compare.next"


@dataclass(frozen=True, slots=True)
class Choice:
    """What there is, and what of it is chosen and can run; of the chains, the unchanged crop always and first."""

    settings: ways.Settings
    known_chains: tuple[Way, ...]
    known_readers: tuple[Way, ...]
    chains: tuple[Way, ...]
    readers: tuple[Way, ...]


def chosen_ways(bench: Workbench) -> Choice:
    """What the session and the address say; :func:`choose_ways` lets people change it."""
    settings = _settings()
    chains = ways.chains(bench, settings, st.session_state.get(MORE, ()))
    readers = ways.readers(bench, settings)
    taken, asked = _chosen(CHAINS, _enhancing(chains)), _chosen(READERS, readers)
    unchanged = [chain for chain in chains if chain.key == UNCHANGED]
    return Choice(settings, chains, readers, (*unchanged, *taken), asked)


def choose_ways(bench: Workbench, choice: Choice) -> None:
    """The pills and what stands under them."""
    with st.container(border=True, key="ways"):
        _pills(CHAINS, say("compare.enhancers"), _enhancing(choice.known_chains), say("compare.enhancers_help"))
        _pills(READERS, say("compare.readers"), choice.known_readers, say("compare.readers_help"))
        with st.container(horizontal=True, gap="xsmall"):
            _change_settings([*choice.chains, *choice.readers], choice.settings)
            popover(say("compare.chain"), "compare.chain", lambda: _make_chain(choice.known_chains))
            popover(say("compare.save"), "compare.save", lambda: _save(bench, choice), disabled=not choice.readers)
            if recipes.saved_recipes(bench.config, bench.store):
                popover(say("compare.saved"), "compare.saved", lambda: _saved(bench))


def _enhancing(chains: Sequence[Way]) -> list[Way]:
    return [chain for chain in chains if chain.key != UNCHANGED]


def _choose(key: str) -> None:
    """Chooses a further chain in the next run, as its pills are drawn already in this one."""
    st.session_state.setdefault(_NEXT, []).append(key)


def _settings() -> ways.Settings:
    """What the address says; nothing of it where it makes no sense."""
    try:
        return ways.parse_settings(st.session_state.get(SETTINGS, ()))
    except PlateLoopError as error:
        notice(str(error), "warn", say("compare.settings_dropped"))
        return {}


def _chosen(key: str, options: Sequence[Way]) -> tuple[Way, ...]:
    """Those whose pills are pressed; at first all that work on this machine."""
    usable = {way.key: way for way in options if not way.missing}
    known = st.session_state.get(key)
    fresh = [name for name, way in usable.items() if not way.remote] if known is None else known
    if key == CHAINS:
        fresh = [*fresh, *st.session_state.pop(_NEXT, ())]
    st.session_state[key] = [name for name in dict.fromkeys(fresh) if name in usable]
    return tuple(way for name, way in usable.items() if name in st.session_state[key])


def _pills(key: str, label: str, options: Sequence[Way], help: str) -> None:
    usable = {way.key: way for way in options if not way.missing}
    st.pills(
        label,
        list(usable),
        selection_mode="multi",
        format_func=lambda name: way_name(usable[name]),
        key=key,
        help=help,
        persist_state="session",
    )
    lacking = "".join(
        f'<li><span class="pl-badge pl-off">{escape(way_name(way))}</span> '
        f"{escape(way.missing[:1].upper() + way.missing[1:])}</li>"
        for way in options
        if way.missing
    )
    if lacking:
        st.html(f'<ul class="pl-lacking">{lacking}</ul>')


def _change_settings(chosen: Sequence[Way], settings: ways.Settings) -> None:
    """A form for one backend at a time; of saved chains the settings are fixed."""
    steps = dict.fromkeys((way.stage, step.name) for way in chosen if not way.saved for step in way.steps)
    able = [(stage, name) for stage, name in steps if ways.settings_model(stage, name).model_fields]
    if not able:
        return
    popover(say("compare.settings"), "compare.settings", lambda: _settings_of_one(able, settings))


def _settings_of_one(able: Sequence[tuple[Stage, str]], settings: ways.Settings) -> None:
    stage, name = st.selectbox(
        say("compare.settings_of"), able, format_func=lambda which: backend_name(*which), key="compare.settings_of"
    )
    with st.form(f"settings-{stage}-{name}", border=False):
        values = settings.get((stage, name), {})
        model = ways.settings_model(stage, name)
        wanted = settings_form(name, model, model.model_validate(values).model_dump(), f"{stage}")
        if st.form_submit_button(say("compare.apply"), type="primary"):
            try:
                said = ways.assignments(stage, name, model.model_validate(wanted))
            except ValueError as error:
                notice(str(error), "bad", say("error.sorry"))
                return
            others = {key: values for key, values in settings.items() if key != (stage, name)}
            st.session_state[SETTINGS] = [*ways.spelled(others), *said]
            st.rerun()


def _make_chain(chains: Sequence[Way]) -> None:
    """Enhancers one after the other, compared like a single one."""
    usable = {way.key: way for way in chains if len(way.steps) == 1 and not way.saved and not way.missing}
    st.caption(say("compare.chain_text"))
    steps = st.multiselect(
        say("compare.chain_steps"),
        [key for key in usable if key != UNCHANGED],
        format_func=lambda key: way_name(usable[key]),
        placeholder=say("compare.chain_hint"),
        key="compare.chain_steps",
    )
    if st.button(say("compare.chain_add"), type="primary", disabled=len(steps) < 2, key="add_chain"):
        key = "+".join(steps)
        st.session_state[MORE] = list(dict.fromkeys([*st.session_state.get(MORE, ()), key]))
        _choose(key)
        st.rerun()


def _save(bench: Workbench, choice: Choice) -> None:
    """Chosen chains and readers become a recipe."""
    with st.form("save-recipe", border=False):
        st.caption(say("compare.save_text"))
        by_key = {chain.key: chain for chain in choice.chains}
        wanted = st.multiselect(
            say("compare.save_chains"), list(by_key), list(by_key)[-1:], format_func=lambda key: way_name(by_key[key])
        )
        names = {reader.key: reader for reader in choice.readers}
        read = st.multiselect(
            say("compare.readers"), list(names), list(names), format_func=lambda key: way_name(names[key])
        )
        name = st.text_input(say("compare.save_name"), max_chars=40)
        if st.form_submit_button(say("common.save"), type="primary"):
            steps = [by_key[key].steps for key in wanted]
            try:
                saved = recipes.save_recipe(bench.store, name, steps, [names[key].steps[0] for key in read])
            except PlateLoopError as error:
                notice(str(error), "warn", say("error.sorry"))
                return
            _choose(saved.name)
            st.toast(say("compare.save_done", name=saved.name))
            st.rerun()


def _saved(bench: Workbench) -> None:
    """Saved recipes, to be deleted."""
    for recipe in recipes.saved_recipes(bench.config, bench.store):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            steps = " · ".join(backend_or_name(stage, step.name) for stage, step in recipe.steps())
            st.html(f"<p><strong>{escape(recipe.name)}</strong><br><small>{escape(steps)}</small></p>")
            if st.button(say("common.delete"), key=f"forget-{recipe.name}"):
                recipes.delete_recipe(bench.store, recipe.name)
                st.rerun()


def backend_or_name(stage: Stage, name: str) -> str:
    """Of a backend that is gone, its bare name."""
    try:
        return backend_name(stage, name)
    except PlateLoopError:
        return name
