"""Which version of a reader serves, which ones could, and what each would gain and lose."""

from __future__ import annotations

from pages.parts.clicks import follow_clicks
from pages.parts.empty_state import empty_state
from pages.parts.frame import open_page
from pages.parts.language import say
from pages.parts.markup import heading, notice, section
from pages.parts.model_cards import champion_card, history, set_aside, version_card
from pipeline.workbench import models
from pipeline.workbench.training import TRAINABLE

with open_page("models") as bench:
    follow_clicks()
    heading(say("models.title"), say("models.subtitle"))
    for network in TRAINABLE:
        now = models.champion(bench, network)
        for problem in models.problems(bench):
            notice(problem, "bad", say("models.damaged"))
        champion_card(bench, now)
        others = [its for its in models.versions(bench, network) if its != now.version and not its.retired]
        section(say("models.candidates"))
        if not others:
            empty_state(say("models.none"), say("models.none_text"))
        for version in others:
            version_card(bench, version, now)
        set_aside(bench, network)
        history(bench, network)
