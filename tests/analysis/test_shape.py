import numpy as np

from pipeline.analysis.shape import project, shape_of, vectors
from pipeline.media.rectify import rectify
from pipeline.plate.types import Frame
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, photograph
from tests.analysis.runs import seen


def drawn(formats: tuple[str, ...], count: int) -> list[bytes]:
    shapes = load_glyphs(None)
    photos = [photograph(shapes, (), 5, n, PhotoStyle(formats=formats)) for n in range(count)]
    return [shape_of(rectify(Frame(p.pixels, ""), p.quad, margin=0.08).pixels) for p in photos if p.text]


def test_plates_that_look_alike_lie_together():
    long, square = drawn(("film_8",), 30), drawn(("green_regional",), 30)
    rows = vectors([*long, *square], [seen()] * (len(long) + len(square)))
    spots = project(rows)
    kinds = np.array([0] * len(long) + [1] * len(square))
    distances = np.linalg.norm(spots[:, None] - spots[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    neighbours = kinds[np.argsort(distances, axis=1)[:, :3]]
    assert (neighbours == kinds[:, None]).mean() > 0.75


def test_the_same_plates_give_the_same_map_and_few_do_no_harm():
    shapes = drawn(("film_8",), 8)
    measures = [seen(height=20.0 + n, tilt=None if n % 2 else 3.0) for n in range(len(shapes))]
    assert np.array_equal(project(vectors(shapes, measures)), project(vectors(shapes, measures)))
    assert project(vectors(shapes[:1], measures[:1])).tolist() == [[0, 0]]
    assert np.isfinite(project(vectors([b"", shapes[0]], measures[:2]))).all()
