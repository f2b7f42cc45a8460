"""The numbers of a run as HTML in which each leads to its plates; the report prints the same without links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pages.parts.clicks import link
from pages.parts.failure_words import character, interval, share, slice_name
from pages.parts.language import say
from pages.parts.markup import escape
from pipeline.workbench.failure_views import NOTHING, RunView, Slice, Slicing, Summary

_SIDE = 14
"""Characters along a side of the matrix; what is confused less often stands in the list alone."""
_LISTED = 12


def track(value: float, ends: tuple[float, float]) -> str:
    """A line from 0 to 100 % with the interval as a band and the value as a dot."""
    low, high = (100 * end for end in ends)
    return (
        f'<span class="pl-track"><i style="left:{low:.1f}%;width:{high - low:.1f}%"></i>'
        f'<b style="left:{100 * value:.1f}%"></b></span>'
    )


def headline(view: RunView, *, links: bool = True) -> str:
    """The share that is right, large; beside it what else there is to ask."""
    whole = view.summary
    note = say("failures.no_texts")
    if whole.n:
        known = say("failures.exact_of", exact=f"{whole.exact:,}", count=f"{whole.n:,}")
        note = f"{known} · {interval(whole.exact_interval)}"
    number = share(whole.share) if whole.n else "–"
    line = track(whole.share, whole.exact_interval) if whole.n else ""
    main = f"{_in('strong', number)}{_in('span', say('failures.exact'))}{line}{_in('small', note)}"
    entries = list(_entries(whole))
    tiles = "".join(_tile(view.run.id if links else None, *entry) for entry in entries)
    columns = 3 if len(entries) > 4 else 2
    return f'<div class="pl-score"><div>{main}</div><ul style="--columns:{columns}">{tiles}</ul></div>'


def _entries(whole: Summary) -> Iterable[tuple[str, str, str, str]]:
    """Name, number, question behind it, and a remark."""
    if whole.n:
        yield "wrong", f"{whole.n - whole.exact:,}", "wrong", say("failures.wrong_note")
        yield "cer", share(whole.cer), "", say("failures.cer_note")
        unsure = whole.n - whole.answered
        yield "sure", f"{whole.answered - whole.answered_right:,}", "sure", say("failures.sure_note")
        yield "guess", f"{unsure:,}", "guess", say("failures.guess_note")
    if whole.plates:
        missed = f"{whole.plates - whole.found:,}"
        yield "missed", missed, "missed", say("failures.missed_note", count=f"{whole.plates:,}")
        yield "extra", f"{whole.extra:,}", "extra", say("failures.extra_note")


def _tile(run_id: int | None, name: str, number: str, question: str, note: str) -> str:
    content = f"{_in('span', say(f'failures.{name}'))}{_in('strong', number)}{_in('small', note)}"
    if run_id is None or not question or number == "0":
        return f'<li><div class="pl-stat">{content}</div></li>'
    return f"<li>{link(content, look='pl-stat', run=run_id, plates=question)}</li>"


def slice_table(view: RunView, by: Slicing, *, links: bool = True, most: int | None = None) -> str:
    """A row a slice, ``most`` of them at most."""
    heads = ("slice", "plates", "exact", "", "cer", "wrong")
    head = "".join(f'<th scope="col">{escape(say(f"failures.column_{name}")) if name else ""}</th>' for name in heads)
    rows = "".join(_slice_row(view, by, part, links) for part in view.slices(by)[:most])
    return _table("pl-table pl-slices", head, rows)


def _slice_row(view: RunView, by: Slicing, part: Slice, links: bool) -> str:
    def number(count: int, only: str) -> str:
        if not links or not count:
            return f"{count:,}"
        return link(f"{count:,}", run=view.run.id, plates=f"slice|{by}|{only}|{part.value}")

    cells = (
        f'<th scope="row">{escape(slice_name(by, part.value))}</th>',
        f"<td>{number(part.n, 'all')}</td>",
        f"<td>{escape(share(part.share))}</td>",
        f'<td title="{escape(interval(part.interval))}">{track(part.share, part.interval)}</td>',
        f"<td>{escape(share(part.cer))}</td>",
        f"<td>{number(part.n - part.exact, 'wrong')}</td>",
    )
    return f"<tr>{''.join(cells)}</tr>"


def mistakes(view: RunView, *, links: bool = True, most: int = _LISTED) -> str:
    """The most frequent confusions, one below the other."""
    found = view.confusion.mistakes[:most]
    often = found[0][1] if found else 1
    rows = "".join(
        f'<li><span class="pl-pair"><b>{escape(character(truth))}</b> → <b>{escape(character(read))}</b></span>'
        f'<i><b style="width:{round(100 * count / often)}%"></b></i>'
        f"{_pair(view, truth, read, f'{count:,}') if links else f'<span>{count:,}</span>'}</li>"
        for (truth, read), count in found
    )
    return f'<ol class="pl-mistakes">{rows}</ol>'


def matrix(view: RunView) -> str:
    """Rows are what stands on the plate, columns what was read; the darker, the more often. Right ones are pale."""
    counts = view.confusion.counts
    rows, columns = _axes(view)
    most = max((count for _, count in view.confusion.mistakes), default=1)
    head = "".join(f'<th scope="col">{escape(character(read))}</th>' for read in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(character(truth))}</th>'
        + "".join(_cell(view, truth, read, counts.get((truth, read), 0), most) for read in columns)
        + "</tr>"
        for truth in rows
    )
    corner = f'<td class="pl-corner">{escape(say("failures.matrix_corner"))}</td>'
    return _table("pl-matrix", corner + head, body)


def hidden_mistakes(view: RunView) -> int:
    """How many mistakes the matrix has no room for."""
    rows, columns = _axes(view)
    return sum(n for (truth, read), n in view.confusion.mistakes if truth not in rows or read not in columns)


def _axes(view: RunView) -> tuple[list[str], list[str]]:
    by_truth, by_read = Counter[str](), Counter[str]()
    for (truth, read), count in view.confusion.mistakes:
        by_truth[truth] += count
        by_read[read] += count
    return _ordered(by_truth), _ordered(by_read)


def _ordered(counted: Counter[str]) -> list[str]:
    """The most frequent, digits first, what is missing last."""
    chosen = [char for char, _ in counted.most_common(_SIDE)]
    return sorted(chosen, key=lambda char: (char == NOTHING, not char.isdecimal(), char))


def _cell(view: RunView, truth: str, read: str, count: int, most: int) -> str:
    if truth == read:
        return f'<td class="pl-diagonal">{f"{count:,}" if count else ""}</td>'
    if not count:
        return "<td></td>"
    strength = (count / most) ** 0.5  # so that what happened once can be seen beside what happened often
    ink = " pl-strong" if strength > 0.6 else ""
    return f'<td class="pl-hot{ink}" style="--heat:{strength:.2f}">{_pair(view, truth, read, f"{count:,}")}</td>'


def _pair(view: RunView, truth: str, read: str, content: str) -> str:
    said = say("failures.pair", truth=character(truth), read=character(read), count=content)
    return link(content, title=said, run=view.run.id, plates=f"pair|{truth}|{read}")


def _table(look: str, head: str, rows: str) -> str:
    whole = f'<table class="{look}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<div class="pl-scroll">{whole}</div>'


def _in(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>"
