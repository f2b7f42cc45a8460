"""Draws labelled Korean plates: seeded, from glyph pictures or, without them, from a Korean font."""
