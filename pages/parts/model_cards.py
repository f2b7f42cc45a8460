"""The version that serves, those that could, and what may be done with each."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts.language import say
from pages.parts.markup import badge, escape, facts, moment, notice, section, table
from pages.parts.model_tables import guard_table, headline
from pages.parts.plate_look import version_name
from pipeline.workbench import PlateLoopError, models, snapshots, training
from pipeline.workbench.bench import Workbench
from pipeline.workbench.models import Champion, StoredVersion

_REVIEWER = "reviewer"
"""The name is asked once a session."""


def champion_card(bench: Workbench, now: Champion) -> None:
    """What serves, since when and why, and the way back."""
    with st.container(border=True, key=f"champion-{now.network}"):
        title = say("models.serves", network=now.network, version=version_name(now.label))
        badges = badge(say("models.champion"), "good")
        st.html(f'<div class="pl-picture-head"><strong>{escape(title)}</strong><div>{badges}</div></div>')
        made = now.promotion
        known = [(say("models.sha256"), now.sha256[:16])]
        if now.version and made:
            known += [
                (say("models.origin"), now.version.origin),
                (say("models.since"), f"{moment(made.created)} · {made.reviewer or say('plate.someone')}"),
                (say("models.reason"), made.reason or say("common.none")),
            ]
        st.html(facts(known))
        if now.version:
            if now.version.comparison:
                _compared(now.version)
            with st.popover(say("models.roll_back")):
                st.write(say("models.roll_back_text"))
                _decide(
                    f"roll-back-{now.network}",
                    say("models.roll_back"),
                    lambda reviewer, reason: models.rollback(bench, now.network, reviewer, reason),
                )


def version_card(bench: Workbench, version: StoredVersion, now: Champion) -> None:
    """One that does not serve: what it would change, and the buttons."""
    why = models.refusal(bench, version)
    made = version.comparison
    with st.container(border=True, key=f"version-{version.id}"):
        looks = ("quiet", say("models.not_compared")) if made is None else ("warn", say("models.stale"))
        if made and made.champion_sha256 == now.sha256:
            looks = ("bad", say("models.falls")) if made.fallen else ("good", say("models.holds"))
        title = f"{version_name(version.label)} · {moment(version.created)}"
        st.html(
            f'<div class="pl-picture-head"><strong>{escape(title)}</strong><div>{badge(looks[1], looks[0])}</div></div>'
            f"<p>{escape(version.origin)}</p>"
        )
        if made:
            _compared(version)
        with st.container(horizontal=True):
            with st.popover(say("models.promote"), type="secondary" if why else "primary"):
                if why:
                    notice(why, "warn", say("models.needs_reason"))
                _decide(
                    f"promote-{version.id}",
                    say("models.promote"),
                    lambda reviewer, reason: models.promote(bench, version.id, reviewer, reason),
                )
            _compare(bench, version)
            if st.button(say("models.set_aside"), key=f"set-aside-{version.id}", type="tertiary"):
                models.retire(bench, version.id)
                st.rerun()


def set_aside(bench: Workbench, network: str) -> None:
    """Versions that nobody wants to see any longer, and the way to have one back."""
    retired = [version for version in models.versions(bench, network) if version.retired]
    if not retired:
        return
    with st.expander(say("models.aside", count=len(retired))):
        for version in retired:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.html(f"<strong>{escape(version.label)}</strong> {escape(version.origin)}")
                if st.button(say("models.bring_back"), key=f"bring-back-{version.id}", type="tertiary"):
                    models.retire(bench, version.id, retired=False)
                    st.rerun()


def history(bench: Workbench, network: str) -> None:
    """What served when; nothing where the shipped weights always did."""
    events = models.history(bench, network)
    if not events:
        return
    section(say("models.history"))
    heads = [say(f"models.column_{name}") for name in ("when", "what", "version", "by", "reason")]
    rows = (
        (
            f"<span class=pl-nowrap>{escape(moment(event.created))}</span>",
            escape(say(f"models.kind_{event.kind}")),
            escape(version_name(models.label_of(bench, event.version_id))),
            escape(event.reviewer or say("plate.someone")),
            escape(event.reason or "–"),
        )
        for event in events
    )
    st.html(table(heads, rows))


def _compared(version: StoredVersion) -> None:
    made = version.comparison
    if made is None:
        return
    st.html(headline(made))
    with st.expander(say("models.parts", count=len(made.guards) - len(made.wholes)), expanded=bool(made.fallen)):
        st.caption(say("models.rule"))
        st.html(guard_table(made))


def _compare(bench: Workbench, version: StoredVersion) -> None:
    known = {its.id: its.title for its in snapshots.list_snapshots(bench) if not snapshots.is_lost(bench, its)}
    with st.popover(say("models.compare")):
        st.write(say("models.compare_text"))
        chosen = st.selectbox(
            say("training.data_set"),
            [None, *known],
            index=1 if known else 0,
            format_func=lambda n: known.get(n, say("models.only_drawn")) if n else say("models.only_drawn"),
            key=f"compare-on-{version.id}",
        )
        if st.button(say("models.compare"), key=f"compare-{version.id}", type="primary"):
            training.start_comparison(bench, version.id, chosen)
            st.rerun()


def _decide(key: str, label: str, act: Callable[[str, str], object]) -> None:
    """Who and why, and the button."""
    with st.form(key, border=False):
        reviewer = st.text_input(say("plate.reviewer"), st.session_state.get(_REVIEWER, ""), max_chars=60)
        reason = st.text_area(say("models.reason"), max_chars=500, height=80)
        if st.form_submit_button(label, type="primary"):
            st.session_state[_REVIEWER] = reviewer.strip()
            try:
                act(reviewer.strip(), reason)
            except PlateLoopError as error:
                notice(str(error), "bad", say("error.sorry"))
            else:
                st.rerun()
