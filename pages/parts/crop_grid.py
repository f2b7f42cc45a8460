"""Pictures and readings side by side: one plate as enhancers × readers, several as plates × enhancers."""

from __future__ import annotations

from collections.abc import Sequence

from pages.parts.drawn import thumbnail
from pages.parts.language import say
from pages.parts.markup import escape, image_address
from pages.parts.plate_look import chip, failure_words, level, percent
from pages.parts.way_look import way_name
from pipeline.plate.types import Reading, StageFailure
from pipeline.workbench.bench import Workbench
from pipeline.workbench.compare import Grid
from pipeline.workbench.compare_scores import Difference, differences, is_right
from pipeline.workbench.plates import Plate
from pipeline.workbench.ways import Way

_WAIT = '<i class="pl-wait"></i>'


def one_plate(bench: Workbench, grid: Grid, plate: Plate, chains: Sequence[Way], sort: str, shown: str) -> str:
    """A row for each chain: its picture, then a cell for each reader.

    Args:
        sort: key of the reader by which the rows are sorted.
        shown: key of the chain that stands in the slider.
    """
    heads = "".join(_head(reader, sort) for reader in grid.comparison.readers)
    rows = "".join(
        f'<tr class="{_on(chain.key == shown)}"><th scope="row">{_picture(bench, grid, plate, chain)}</th>'
        + "".join(f"<td>{reading(plate, grid.result(plate, chain, reader))}</td>" for reader in grid.comparison.readers)
        + "</tr>"
        for chain in chains
    )
    corner = f'<th scope="col">{escape(say("compare.enhanced"))}</th>'
    return _table(f"<tr>{corner}{heads}</tr>", rows, "pl-one")


def many_plates(bench: Workbench, grid: Grid, plates: Sequence[Plate], sort: str, chosen: int) -> str:
    """A row for each plate; under each chain's picture stands what the readers see, a numbered line each.

    Args:
        sort: key of the reader by which the plates are sorted.
        chosen: id of the plate that is shown in full.
    """
    readers = grid.comparison.readers
    heads = "".join(f'<th scope="col">{escape(way_name(chain))}</th>' for chain in grid.comparison.chains)
    sorts = "".join(f"<b>{number}</b>{_sort(reader, sort)}" for number, reader in enumerate(readers, start=1))
    rows = "".join(
        f'<tr class="{_on(plate.id == chosen)}"><th scope="row">{_plate(bench, plate)}</th>'
        + "".join(f"<td>{_stack(bench, grid, plate, chain)}</td>" for chain in grid.comparison.chains)
        + "</tr>"
        for plate in plates
    )
    corner = f'<th scope="col">{escape(say("compare.plate"))}</th>'
    sorting = f'<p class="pl-sorts"><span>{escape(say("compare.sort"))}</span> {sorts}</p>'
    return sorting + _table(f"<tr>{corner}{heads}</tr>", rows, "pl-many")


def legend(truths: int, plates: int) -> str:
    """What colours mean, and what readings are held against."""
    against = "compare.against_verdicts" if not truths else "compare.against_truths"
    marks = " ".join(f'<span class="pl-{kind}">{escape(say(f"compare.mark_{kind}"))}</span>' for kind in Difference)
    return f'<p class="pl-legend">{marks} · {escape(say(against, truths=truths, plates=plates))}</p>'


def reading(plate: Plate, made: Reading | StageFailure | None, small: bool = False) -> str:
    """A text with what is wrong in it coloured, how sure its reader is, and how long it took."""
    if made is None:
        return _WAIT
    if isinstance(made, StageFailure):
        said = escape(failure_words(made))
        return f'<span class="pl-failed" title="{said}">{escape(say("compare.failed"))}</span>'
    right = is_right(plate, made)
    text = f'<span class="pl-read{" pl-right" if right else ""}">{_coloured(plate, made.text)}</span>'
    sure = f'<b class="pl-{level(made.confidence)}">{percent(made.confidence)}</b>'
    if small:
        return f"{text}{sure}"
    spent = escape(say("common.milliseconds", value=milliseconds(made.elapsed_ms)))
    return f"{text}<small>{sure} · {spent}</small>"


def milliseconds(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _coloured(plate: Plate, text: str) -> str:
    if not text:
        return f"<em>{escape(say('compare.nothing'))}</em>"
    if not plate.reference:
        return escape(text)
    return "".join(
        f'<span class="pl-{piece.difference}">{escape(piece.text)}</span>'
        for piece in differences(text, plate.reference)
    )


def _head(reader: Way, sort: str) -> str:
    chosen = ' aria-sort="descending"' if reader.key == sort else ""
    return f'<th scope="col"{chosen}>{_sort(reader, sort)}</th>'


def _sort(reader: Way, sort: str) -> str:
    return (
        f'<button data-pl-pick="sort:{escape(reader.key)}" class="pl-sort {_on(reader.key == sort)}" '
        f'title="{escape(say("compare.sort_by", reader=way_name(reader)))}">{escape(way_name(reader))}</button>'
    )


def _picture(bench: Workbench, grid: Grid, plate: Plate, chain: Way) -> str:
    made = grid.enhancement(plate, chain)
    name = f"<span>{escape(way_name(chain))}</span>"
    if made is None:
        return f"<div>{name}</div>{_WAIT}"
    spent = escape(say("common.milliseconds", value=milliseconds(made.elapsed_ms)))
    head = f"<div>{name}<small>{spent}</small></div>"
    return head + _image(bench, made.picture_sha256, plate, chain)


def _stack(bench: Workbench, grid: Grid, plate: Plate, chain: Way) -> str:
    made = grid.enhancement(plate, chain)
    image = _image(bench, made.picture_sha256, plate, chain) if made else _WAIT
    lines = "".join(
        f'<li title="{escape(way_name(reader))}"><i>{number}</i>'
        f"{reading(plate, grid.result(plate, chain, reader), small=True)}</li>"
        for number, reader in enumerate(grid.comparison.readers, start=1)
    )
    return f"{image}<ul>{lines}</ul>"


def _image(bench: Workbench, sha256: str | None, plate: Plate, chain: Way) -> str:
    if sha256 is None:
        return f'<span class="pl-failed">{escape(say("compare.failed"))}</span>'
    return _button(bench, sha256, f"plate:{plate.id}|chain:{chain.key}", say("compare.show", chain=way_name(chain)))


def _plate(bench: Workbench, plate: Plate) -> str:
    image = _button(bench, plate.crop_sha256, f"plate:{plate.id}", say("compare.open_plate"))
    return f"{image}{chip(plate.reference, plate.formats, 'small')}<small>{escape(plate.name)}</small>"


def _button(bench: Workbench, sha256: str, pick: str, said: str) -> str:
    jpeg = thumbnail(bench, sha256)
    if not jpeg:
        return f"<small>{escape(say('plate.crop_gone'))}</small>"
    return (
        f'<button class="pl-pick" data-pl-pick="{escape(pick)}" title="{escape(said)}">'
        f'<img src="{image_address(jpeg)}" alt="{escape(said)}"></button>'
    )


def _on(chosen: bool) -> str:
    return "pl-on" if chosen else ""


def _table(head: str, rows: str, kind: str) -> str:
    return (
        f'<div class="pl-scroll"><table class="pl-grid {kind}"><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
    )
