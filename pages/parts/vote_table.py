"""The readings of one plate as columns of ballots, with switches and weights, and the verdict below them."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from pages.parts import plate_look as look
from pages.parts.frame import page_file
from pages.parts.language import say
from pages.parts.markup import badge, escape, notice, progress, section
from pages.parts.way_look import backend_name, way_name
from pipeline.plate.types import Ballot, Reading, SlotVote, Stage, Verdict
from pipeline.workbench import inspections, votes
from pipeline.workbench.bench import Workbench
from pipeline.workbench.votes import Emphasis, Source, Votes
from pipeline.workbench.ways import UNCHANGED, Way

_LEFT = [6, 9]
_MOST = 3.0  # times its measured weight that a reading may be given
_SLIGHT = 0.25


def show_votes(bench: Workbench, inspection_id: int) -> None:
    """Everything about one plate's vote.

    Raises:
        NotFound: no such inspection.
        PictureGone: its crop is gone from the disk.
    """
    inspections.get(bench, inspection_id)
    head = st.container()
    reader_keys, chain_keys = _choose_jury(bench)
    _ask(bench, inspection_id, reader_keys, chain_keys)
    opened = votes.open_votes(bench, inspection_id, reader_keys, chain_keys)
    emphasis = _emphasis(opened)
    verdict = votes.verdict(opened, emphasis)
    with head:
        _head(bench, opened, verdict, changed=any(weight != 1.0 for weight in emphasis.values()))
    if not opened.voting:
        empty_state_for_silence(opened)
        return
    _table(opened, verdict)
    left, right = st.columns([1, 1], gap="large")
    with left:
        _why(opened, verdict, emphasis)
    with right:
        _alternatives(verdict)
    _json(opened)


def empty_state_for_silence(opened: Votes) -> None:
    notice(say("votes.silent"), "warn")
    _failures(opened)


def _choose_jury(bench: Workbench) -> tuple[list[str], list[str]]:
    """Keys of the readers and of the chains that are asked."""
    jury = votes.jury(bench)
    with st.expander(say("votes.jury"), expanded=False):
        readers = _pills(say("votes.readers"), jury.readers, jury.usual_readers(), "votes.readers")
        chains = _pills(say("votes.chains"), jury.chains, [UNCHANGED], "votes.chains")
        lacking = [way for way in (*jury.readers, *jury.chains) if way.missing]
        if lacking:
            rows = "".join(
                f"<li><strong>{escape(way_name(way))}</strong> {escape(str(way.missing))}</li>" for way in lacking
            )
            st.html(f'<ul class="pl-lacking">{rows}</ul>')
    return readers, chains or [UNCHANGED]


def _pills(label: str, ways: Iterable[Way], usual: list[str], key: str) -> list[str]:
    usable = {way.key: way for way in ways if not way.missing}
    chosen = st.pills(
        label,
        list(usable),
        selection_mode="multi",
        default=[name for name in usual if name in usable],
        format_func=lambda name: way_name(usable[name]),
        key=key,
        persist_state="session",
    )
    return list(chosen)


def _ask(bench: Workbench, inspection_id: int, readers: list[str], chains: list[str]) -> None:
    place = st.empty()
    for share in votes.ask(bench, inspection_id, readers, chains):
        place.html(progress(round(100 * share), 100, say("votes.asking")))
    place.empty()


def _emphasis(opened: Votes) -> dict[Source, float]:
    """What the switches and sliders, drawn below, stand at."""
    number = opened.stored.id
    found: dict[Source, float] = {}
    for reading in opened.voting:
        key = _key(number, reading)
        on = st.session_state.get(f"on-{key}", True)
        found[reading.reader, reading.enhancer] = float(st.session_state.get(f"weight-{key}", 1.0)) if on else 0.0
    return found


def _key(number: int, reading: Reading) -> str:
    return f"{number}-{reading.reader}-{reading.enhancer}"


def _head(bench: Workbench, opened: Votes, verdict: Verdict, changed: bool) -> None:
    """The plate, what the readings come to, what was decided when it was read, and what a person says."""
    stored = opened.stored
    then = stored.inspection.verdict
    crop = look.crop_image(inspections.crop_png(bench, stored), then.text)
    kind = say("votes.verdict_changed") if changed else say("votes.verdict")
    now = f"<div><small>{escape(kind)}</small>{look.chip(verdict.text, verdict.formats, 'large')}</div>"
    rows = [(say("votes.stored"), look.chip(then.text, then.formats), look.percent(then.confidence))]
    if stored.review:
        truth = stored.review.review.truth
        same = badge(say("votes.agrees"), "good") if truth == verdict.text else badge(say("votes.differs"), "bad")
        rows.append((say("votes.truth"), look.chip(truth, verdict.formats), same))
    beside = "".join(f"<dt>{escape(name)}</dt><dd>{text} <small>{more}</small></dd>" for name, text, more in rows)
    with st.container(border=True, key="vote-head"):
        st.html(
            f'<div class="pl-vote-head">{crop}{now}{look.confidence(verdict.confidence)}'
            f'<dl class="pl-vote-then">{beside}</dl></div>'
        )
        with st.container(horizontal=True, gap="small"):
            st.page_link(page_file("analyze"), label=say("votes.correct"), query_params={"inspection": str(stored.id)})
            st.page_link(page_file("compare"), label=say("votes.compare"), query_params={"plates": str(stored.id)})


def _table(opened: Votes, verdict: Verdict) -> None:
    section(say("votes.ballots"))
    slots = verdict.slots
    with st.container(key="vote-table", gap="xsmall"):
        left, right = st.columns(_LEFT, vertical_alignment="bottom")
        left.html(f'<p class="pl-soft">{escape(say("votes.reader_column"))}</p>')
        right.html(_row("head", [f"<b>{number}</b>" for number in range(1, len(slots) + 1)]))
        for reading in opened.voting:
            _reading_row(opened, reading, verdict)
        left, right = st.columns(_LEFT, vertical_alignment="center")
        left.html(f"<strong>{escape(say('votes.verdict_row'))}</strong>")
        right.html(_row("verdict", [_cell(slot.char, slot.probability, "") for slot in slots]))
        if any(slot.rivals for slot in slots):
            left, right = st.columns(_LEFT, vertical_alignment="top")
            left.html(f'<p class="pl-soft">{escape(say("votes.rivals_row"))}</p>')
            right.html(_row("rivals", [_rivals(slot) for slot in slots]))
    _failures(opened)


def _reading_row(opened: Votes, reading: Reading, verdict: Verdict) -> None:
    key = _key(opened.stored.id, reading)
    left, right = st.columns(_LEFT, vertical_alignment="center")
    switch, weight = left.columns([2, 1], vertical_alignment="center")
    name = backend_name(Stage.READER, reading.reader)
    after = _enhancer_words(reading.enhancer)
    with switch:
        on = st.toggle(f"{name}{f' · {after}' if after else ''}", True, key=f"on-{key}", help=say("votes.switch_help"))
    with weight:
        st.slider(
            say("votes.weight"),
            _SLIGHT,
            _MOST,
            1.0,
            0.25,
            key=f"weight-{key}",
            disabled=not on,
            label_visibility="collapsed",
            format="× %.2f",
        )
    cells = []
    for slot in verdict.slots:
        ballot = next((b for b in slot.ballots if (b.reader, b.enhancer) == (reading.reader, reading.enhancer)), None)
        cells.append(_ballot(opened, ballot, slot.char) if ballot else "")
    if not any(cells):  # it has no vote now; its own text is shown as it is
        cells = [_cell(c.char, c.probability, "off") for c in reading.characters]
    right.html(_row("off" if not on else "", cells))


def _enhancer_words(enhancer: str) -> str:
    """What the picture was enhanced by, where it was."""
    names = [name for name in enhancer.split("+") if name and name != UNCHANGED]
    return " + ".join(backend_name(Stage.ENHANCER, name) for name in names)


def _ballot(opened: Votes, ballot: Ballot, winner: str) -> str:
    worth = votes.worth(opened, ballot)
    kind = "agrees" if ballot.char == winner else "differs"
    said = say(
        "votes.ballot_help" if ballot.char else "votes.gap_help",
        char=ballot.char,
        stated=look.percent(ballot.probability),
        measured=look.percent(worth),
    )
    return _cell(ballot.char, worth, kind, said)


def _cell(char: str, probability: float, kind: str, said: str = "") -> str:
    shown = escape(char) if char else "∅"
    return (
        f'<span class="pl-ballot pl-{kind} pl-{look.level(probability)}" title="{escape(said)}">'
        f"<em>{shown}</em><small>{round(100 * probability)}</small></span>"
    )


def _rivals(slot: SlotVote) -> str:
    return "".join(
        f"<span><em>{escape(char) if char else '∅'}</em> {look.percent(share)}</span>"
        for char, share in slot.rivals[:2]
    )


def _row(kind: str, cells: list[str]) -> str:
    inside = "".join(f"<div>{cell}</div>" for cell in cells)
    return f'<div class="pl-votes pl-votes-{kind}" style="--pl-slots:{max(1, len(cells))}">{inside}</div>'


def _failures(opened: Votes) -> None:
    silent = [say("votes.saw_nothing", reader=backend_name(Stage.READER, r.reader)) for r in opened.silent]
    rows = [("hint", text) for text in silent] + [("bad", look.failure_words(f)) for f in opened.failures]
    if rows:
        items = "".join(f"<li class=pl-{kind}>{escape(text)}</li>" for kind, text in rows)
        st.html(f'<ul class="pl-remarks">{items}</ul>')


def _why(opened: Votes, verdict: Verdict, emphasis: Emphasis) -> None:
    """The grammar's word, what is doubtful, and how much each reading counts."""
    section(say("votes.why"))
    fits = say("votes.fits", formats=look.format_words(verdict.formats)) if verdict.formats else say("votes.fits_none")
    items = [("good" if verdict.formats else "bad", fits)]
    items += [("warn", words) for words in look.doubt_words(verdict)]
    if not votes.is_measured(opened, emphasis):
        items.append(("hint", say("votes.unmeasured")))
    rows = "".join(f"<li class=pl-{kind}>{escape(text)}</li>" for kind, text in items)
    st.html(f'<ul class="pl-remarks">{rows}</ul>')
    _counts(verdict)


def _counts(verdict: Verdict) -> None:
    """Each reading's share of the say, as bars."""
    weights = {(b.reader, b.enhancer): b.weight for slot in verdict.slots for b in slot.ballots}
    total = sum(weights.values())
    if len(weights) < 2 or not total:
        return
    rows = "".join(
        f"<dt>{escape(backend_name(Stage.READER, reader))}<small>{escape(_enhancer_words(enhancer))}</small></dt>"
        f'<dd><i style="width:{round(100 * weight / total)}%"></i><span>{look.percent(weight / total)}</span></dd>'
        for (reader, enhancer), weight in sorted(weights.items(), key=lambda pair: -pair[1])
    )
    st.html(f'<h3 class="pl-sub">{escape(say("votes.counts"))}</h3><dl class="pl-share">{rows}</dl>')


def _alternatives(verdict: Verdict) -> None:
    section(say("votes.alternatives"))
    if not verdict.alternatives:
        st.caption(say("votes.no_alternatives"))
        return
    ranked = [(verdict.text, verdict.confidence), *verdict.alternatives]
    rows = "".join(
        f"<dt>{look.chip(text, (), 'small')}</dt>"
        f'<dd><i style="width:{round(100 * share)}%"></i><span>{look.percent(share)}</span></dd>'
        for text, share in ranked
    )
    st.html(f'<dl class="pl-share">{rows}</dl>')


def _json(opened: Votes) -> None:
    with st.expander(say("votes.json")):
        json = votes.readings_json(opened)
        st.download_button(
            say("plate.download"), json, f"readings-{opened.stored.id}.json", "application/json", on_click="ignore"
        )
        st.code(json, language="json", height=360)
