"""Forms drawn from the settings of backends."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.plate.types import Stage
from pipeline.registry import backends

FORM = """
from typing import Literal
import streamlit as st
from pydantic import Field
from pages.parts.settings_form import settings_form
from pipeline.workbench.ways import BackendSettings

class Some(BackendSettings):
    share: float = Field(0.5, ge=0, le=1, description="a share")
    count: int = Field(3, gt=0, le=9, description="how many")
    tidy: bool = Field(True, description="whether to tidy up")
    mode: Literal["a", "b"] = Field("b", description="in which way")
    note: str = Field("x", description="what to write")

st.session_state["made"] = settings_form("some", Some, {"count": 5, "gone": 1}, "k")
"""


def test_each_kind_of_setting_has_its_input_with_its_bounds() -> None:
    app = AppTest.from_string(FORM).run()
    assert not app.exception
    assert app.session_state["made"] == {"share": 0.5, "count": 5, "tidy": True, "mode": "b", "note": "x"}
    share, count = app.number_input
    assert (share.label, share.min, share.max) == ("A share", 0.0, 1.0)
    assert (count.min, count.max, count.value) == (1, 9, 5)
    assert app.toggle[0].value is True
    assert app.selectbox[0].options == ["a", "b"]


def test_what_is_typed_comes_out_in_its_type() -> None:
    app = AppTest.from_string(FORM).run()
    app.number_input[0].set_value(0.25)
    app.toggle[0].set_value(False)
    app.selectbox[0].set_value("a")
    app.text_input[0].set_value("y").run()
    assert app.session_state["made"] == {"share": 0.25, "count": 5, "tidy": False, "mode": "a", "note": "y"}


@pytest.mark.parametrize("stage", [Stage.ENHANCER, Stage.READER])
def test_every_backend_has_a_form_whose_defaults_are_its_own(stage: Stage) -> None:
    for name, backend in backends(stage).items():
        source = f"""
import streamlit as st
from pages.parts.settings_form import settings_form
from pipeline.plate.types import Stage
from pipeline.workbench.ways import settings_model
st.session_state["made"] = settings_form({name!r}, settings_model(Stage({str(stage)!r}), {name!r}), {{}}, "k")
"""
        app = AppTest.from_string(source).run()
        assert not app.exception, name
        assert backend.settings.model_validate(app.session_state["made"]) == backend.settings()
