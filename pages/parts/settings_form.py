"""The form of a backend's or a training's settings, drawn from their pydantic model: number, flag, choice, text."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import streamlit as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pages.parts.language import say_name

_FINE = 0.01
"""A range, and a step, of which two digits after the point show nothing."""


def settings_form(name: str, model: type[BaseModel], chosen: Mapping[str, object], key: str) -> dict[str, object]:
    """Draws one input a setting, with what is ``chosen`` or its default in it, and gives what stands there now.

    Args:
        name: the backend's, or "training"; a setting has words as ``setting.<name>_<setting>``, else its description is
            shown.
        key: tells this form's inputs from those of others.
    """
    values = model().model_copy(update={k: v for k, v in chosen.items() if k in model.model_fields})
    return {
        field: _input(_label(name, field, about), about, getattr(values, field), f"{key}.{name}.{field}")
        for field, about in model.model_fields.items()
    }


def _label(name: str, field: str, about: FieldInfo) -> str:
    known = say_name("setting", f"{name}_{field}")
    said = (about.description or field) if known == f"{name}_{field}" else known
    return said[:1].upper() + said[1:]


def _input(label: str, about: FieldInfo, value: Any, key: str) -> object:
    kind = _kind(about.annotation)
    if kind is bool:
        return st.toggle(label, value, key=key)
    if get_origin(kind) is Literal:
        options = list(get_args(kind))
        return st.selectbox(label, options, options.index(value), key=key)
    if kind in (int, float):
        low, high = _bound(about, "ge", "gt", kind), _bound(about, "le", "lt", kind)
        step = 1 if kind is int else _step(low, high)
        least, most = (None if bound is None else kind(bound) for bound in (low, high))
        format = "%.5f" if step < _FINE else None
        return st.number_input(label, least, most, kind(value), kind(step), format, key=key)
    return st.text_input(label, str(value), key=key)


def _kind(annotation: Any) -> Any:
    """Of an optional setting, what it is where it is given."""
    if get_origin(annotation) in (Union, UnionType):
        return next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation


def _bound(about: FieldInfo, inclusive: str, exclusive: str, kind: type) -> float | None:
    """Next to an exclusive bound stands the nearest integer; a fraction that lies on it is refused later, in words."""
    for rule in about.metadata:
        if (bound := getattr(rule, inclusive, None)) is not None:
            return float(bound)
        if (bound := getattr(rule, exclusive, None)) is not None:
            return float(bound) if kind is float else float(bound + (1 if exclusive == "gt" else -1))
    return None


def _step(low: float | None, high: float | None) -> float:
    """A hundredth of a tiny range, a twentieth of a small one, else a half."""
    if low is not None and high is not None and high - low <= _FINE:
        return (high - low) / 100
    return 0.05 if low is not None and high is not None and high - low <= 1 else 0.5
