"""Taking files in and reading them: every picture is stored before the next is worked, and one can stop."""

from __future__ import annotations

import streamlit as st

from pages.parts.desk import desk
from pages.parts.drop_zone import ACCEPTED, drop_zone, problem_box
from pages.parts.language import say, say_name
from pages.parts.markup import badge, escape, notice, progress
from pages.parts.plate_look import chip
from pages.parts.way_look import backend_name
from pipeline.workbench import PlateLoopError, analyze
from pipeline.workbench.analyze import AnalyzeStep, RecipeChoice
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import FileProblem


def choose_recipe(bench: Workbench) -> str:
    """The recipe's name; choosing another reads again what lies on the desk."""
    choices = {choice.name: choice for choice in analyze.recipes(bench)}
    name = st.segmented_control(
        say("analyze.recipe"),
        list(choices),
        format_func=lambda name: say_name("recipe", name),
        default=analyze.DEFAULT_RECIPE,
        required=True,
        key="analyze.recipe",
        persist_state="session",
        on_change=lambda: desk().read_again(),
    )
    st.caption(_about(choices[name]))
    if reason := choices[name].missing:
        notice(say("analyze.recipe_missing", reason=reason), "warn")
        desk().pause()
    return str(name)


def _about(choice: RecipeChoice) -> str:
    """What a recipe is for; of a saved one, its steps."""
    if not choice.saved:
        return say(f"recipe_text.{choice.name}")
    return " · ".join(f"{backend_name(stage, step.name)}" for stage, step in choice.recipe.steps())


def take_files(bench: Workbench) -> None:
    """The place to drop files; what is dropped is stored at once and queued."""
    limits = say("analyze.drop_limits", megabytes=bench.config.max_upload_mb)
    files = drop_zone(bench, say("analyze.drop"), limits, ACCEPTED, f"drop-{desk().drops}")
    if not files:
        return
    bar = st.empty()
    bar.html(progress(0, len(files), say("analyze.storing", name=files[0].name)))
    contents = ((file.name, file.getvalue()) for file in files)
    for done, item in enumerate(analyze.add_uploads(bench, contents), start=1):
        if isinstance(item, FileProblem):
            desk().problems.append(item)
        else:
            desk().add(item.id)
        bar.html(progress(min(done, len(files)), len(files), say("analyze.storing", name=item.name)))
    bar.empty()
    desk().drops += 1
    st.rerun()


def read_queue(bench: Workbench, recipe: str) -> None:
    """Works what waits, picture by picture; an interruption at any moment loses none."""
    now = desk()
    if not now.queue:
        return
    if now.paused:
        with st.container(horizontal=True, vertical_alignment="center"):
            notice(say("analyze.stopped", left=len(now.queue), total=now.batch), "warn")
            st.button(say("analyze.go_on"), on_click=now.go_on, key="go_on")
        return
    bar, latest = st.empty(), st.empty()
    st.button(say("analyze.stop"), on_click=now.pause, key="stop")
    before = now.batch - len(now.queue)
    text = say("analyze.reading", done=before, total=now.batch) if before else say("analyze.start", total=now.batch)
    bar.html(progress(before, now.batch, text))
    try:
        for step in analyze.analyze(bench, tuple(now.queue), recipe):
            _note(step)
            done = now.batch - len(now.queue)
            bar.html(progress(done, now.batch, f"{say('analyze.reading', done=done, total=now.batch)} · {_name(step)}"))
            latest.html(_shown(step))
    except PlateLoopError as error:
        now.pause()
        notice(str(error), "bad", say("error.sorry"))
        return
    st.rerun()


def _note(step: AnalyzeStep) -> None:
    """Before anything is drawn, as drawing is where a run may be interrupted."""
    now, upload_id = desk(), desk().queue.pop(0)
    if isinstance(step.made, FileProblem):
        now.problems.append(step.made)
        now.remove(upload_id)
    elif step.made.from_store:
        now.from_store.add(upload_id)
    else:
        now.from_store.discard(upload_id)


def _name(step: AnalyzeStep) -> str:
    return step.made.name if isinstance(step.made, FileProblem) else step.made.upload.name


def _shown(step: AnalyzeStep) -> str:
    if isinstance(step.made, FileProblem):
        return f"<p>{badge(say_name('problem', step.made.kind), 'bad', step.made.reason)}</p>"
    verdicts = [stored.inspection.verdict for stored in step.made.result.inspections]
    chips = "".join(chip(verdict.text, verdict.formats) for verdict in verdicts)
    return f'<div class="pl-latest">{chips or escape(say("analyze.no_plate"))}</div>'


def show_problems() -> None:
    """Files that could not be read, each with the sentence that says why."""
    problem_box(desk().problems, desk().dismiss_problems, "dismiss")
