"""Backends that find plates in frames: one a file."""
