"""Pieces of HTML that pages share.

What a user provided (file names, names of reviewers, texts) reaches the page only through :func:`escape`, and never
as Markdown: there, backslashes do not keep addresses and emoji names from coming alive.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from html import escape as escape
from pathlib import Path

import streamlit as st

from pages.parts.language import language, say

STYLE = Path(__file__).parent / "style.css"
_MEDIA = {b"\x89PNG": "png", b"\xff\xd8\xff\xe0": "jpeg"}


def image_address(data: bytes) -> str:
    """A PNG or JPEG as an address that needs no second request."""
    return f"data:image/{_MEDIA.get(data[:4], 'png')};base64,{base64.b64encode(data).decode()}"


def heading(title: str, subtitle: str = "") -> None:
    """A page's title."""
    below = f"<p>{escape(subtitle)}</p>" if subtitle else ""
    st.html(f'<header class="pl-head"><h1>{escape(title)}</h1>{below}</header>')


def section(title: str) -> None:
    st.html(f'<h2 class="pl-section">{escape(title)}</h2>')


def notice(text: str, kind: str = "info", title: str = "") -> None:
    """A box with a sentence; ``kind`` is info, warn or bad."""
    strong = f"<strong>{escape(title)}</strong>" if title else ""
    role = "alert" if kind == "bad" else "status"
    st.html(f'<div class="pl-notice pl-{kind}" role="{role}">{strong}<p>{escape(text)}</p></div>')


def badge(text: str, kind: str = "quiet", help: str = "") -> str:
    """``kind`` is quiet, good, warn or bad."""
    return f'<span class="pl-badge pl-{kind}" title="{escape(help)}">{escape(text)}</span>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values below each other; both are escaped here."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs)
    return f'<dl class="pl-facts">{rows}</dl>'


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A plain table; cells are HTML, so what a user provided is escaped by the caller."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    whole = f'<table class="pl-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="pl-scroll">{whole}</div>'


def progress(done: int, total: int, text: str) -> str:
    share = round(100 * done / max(1, total))
    return (
        f'<div class="pl-progress" role="progressbar" aria-valuemin="0" aria-valuemax="{total}" aria-valuenow="{done}" '
        f'aria-label="{escape(text)}"><span>{escape(text)}</span><i><b style="width:{share}%"></b></i></div>'
    )


def moment(when: datetime) -> str:
    """Date and time on this machine's clock."""
    local = when.astimezone()
    return local.strftime("%Y. %m. %d. %H:%M" if language() == "ko" else "%d %b %Y, %H:%M")


def megabytes(size: int) -> str:
    """A size in bytes, in words."""
    if size >= 2**30:
        return say("common.gigabytes", value=f"{size / 2**30:.1f}")
    return say("common.megabytes", value=f"{size / 2**20:.1f}")
