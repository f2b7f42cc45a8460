"""Readers: crops in, one reading each out. One backend a file."""
