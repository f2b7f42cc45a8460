"""Two pictures of the same plate over each other, with an edge between them that one moves."""

from __future__ import annotations

import streamlit as st

_HTML = """
<figure>
  <div class="view"><img class="before" draggable="false"><img class="after" draggable="false"><i></i>
    <input type="range" min="0" max="100" value="50" step="1"></div>
  <figcaption><span></span><span></span></figcaption>
</figure>
"""
_CSS = """
figure { margin: 0; --at: 50%; font: var(--st-font); font-size: .85rem; color: #566178; }
.view { position: relative; overflow: hidden; border: 1px solid #dce2ec; border-radius: .5rem; background: #f4f6fa; }
img { display: block; width: 100%; height: 100%; user-select: none; }
.after { position: absolute; inset: 0; clip-path: inset(0 0 0 var(--at)); }
i { position: absolute; inset: 0 auto 0 var(--at); width: 2px; margin-left: -1px; background: #1f5fd0; }
i::after { content: "⟷"; position: absolute; top: 50%; left: 1px; translate: -50% -50%; width: 34px; height: 34px;
  border-radius: 50%; background: #1f5fd0; color: #fff; font: 18px/34px sans-serif; text-align: center; }
input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
.view:has(input:focus-visible) { outline: 2px solid #1f5fd0; outline-offset: 2px; }
figcaption { display: flex; justify-content: space-between; gap: 1rem; margin-top: .35rem; }
"""
_JS = """
export default function ({ data, parentElement }) {
  const find = (what) => parentElement.querySelector(what);
  const [figure, range] = [find("figure"), find("input")];
  for (const side of ["before", "after"]) {
    find("." + side).src = data[side];
    find("." + side).alt = data[side + "_text"];
  }
  find(".view").style.aspectRatio = data.width + " / " + data.height;
  const [left, right] = parentElement.querySelectorAll("figcaption span");
  left.textContent = data.before_text;
  right.textContent = data.after_text;
  range.setAttribute("aria-label", data.label);
  range.oninput = () => figure.style.setProperty("--at", range.value + "%");
}
"""
_slider = st.components.v2.component("compare_slider", html=_HTML, css=_CSS, js=_JS)


def compare_slider(
    before: tuple[str, str], after: tuple[str, str], size: tuple[int, int], label: str, key: str
) -> None:
    """Left of the edge one sees ``before``, right of it ``after``; arrow keys move it, too.

    Args:
        before, after: the address of each picture and the words below it.
        size: width and height in pixels of the larger picture; both are shown with its proportions.
        label: says what the range does, for those who do not see it.
    """
    pictures = {"before": before[0], "before_text": before[1], "after": after[0], "after_text": after[1]}
    _slider(data={**pictures, "width": size[0], "height": size[1], "label": label}, key=key)
