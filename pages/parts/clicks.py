"""Links in our own HTML that lead through the workbench without loading it anew.

They are ordinary links, so they can be copied and opened in a tab of their own; a plain click is caught and goes
through Streamlit, where the session stays.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import streamlit as st

from pages.parts.frame import page_file
from pages.parts.language import language
from pages.parts.markup import escape

_JS = """
export default function ({ setTriggerValue }) {
  const go = (event) => {
    const link = event.target.closest?.("a[data-pl-go]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTriggerValue("went", link.dataset.plGo);
  };
  document.addEventListener("click", go);
  return () => document.removeEventListener("click", go);
}
"""
_listener = st.components.v2.component("clicks", js=_JS)


def link(content: str, page: str = "", *, look: str = "pl-link", title: str = "", **address: object) -> str:
    """``content``, which is HTML, as a link to this page's address or another page's; blank parts are left out."""
    query = urlencode({name: str(value) for name, value in address.items() if value not in ("", None)})
    href = f"{page}?{query}&lang={language()}" if page else f"?{query}&lang={language()}"
    went = f"page={page}&{query}" if page else query
    said = f' title="{escape(title)}" aria-label="{escape(title)}"' if title else ""
    return f'<a class="{look}" href="{escape(href)}" target="_self" data-pl-go="{escape(went)}"{said}>{content}</a>'


def follow_clicks() -> None:
    """Stands once on a page, before what depends on the address."""
    went = _listener(key="clicks", on_went_change=lambda: None).get("went")
    if went:
        address = dict(parse_qsl(str(went)))
        if page := address.pop("page", ""):
            st.switch_page(page_file(page), query_params=address)
        go(**address)


def go(**address: object) -> None:
    """Opens another address of this page."""
    st.query_params.from_dict({name: str(value) for name, value in {**address, "lang": language()}.items()})
    st.rerun()
