"""Backends that make a crop easier to read: one a file."""
