from __future__ import annotations

from pipeline.media.decode import decode
from pipeline.media.draw import encode_jpeg
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, photograph
from pipeline.workbench.look_alikes import look_alikes


def test_a_crop_that_was_saved_anew_looks_the_same_and_another_plate_does_not() -> None:
    style = PhotoStyle(formats=("film_8",), margin=0.0, tilted=0.0, hard=0.0, tight=1.0, blank=0.0)
    one, other = (photograph(load_glyphs(None), (), 3, index, style).pixels for index in (0, 1))
    saved = decode(encode_jpeg(one, 80), max_pixels=10**7).pixels
    found = look_alikes({1: one, 2: other, 3: saved})
    assert found == {1: (3,), 3: (1,)}
    assert look_alikes({}) == {}
