"""Tells from its first bytes what a file seems to be."""

from __future__ import annotations

import re

VIDEO = "a video"
PICTURES = ("JPEG", "PNG", "WebP", "BMP", "TIFF", "HEIC", "AVIF")
HEAD = 512

_SIGNATURES = (
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"RIFF.{4}WEBP", "WebP"),
    (rb"BM.{4}\0{4}", "BMP"),
    (rb"II[*+]\0|MM\0[*+]", "TIFF"),
    (rb".{4}ftyp(he[iv][cmsx]|mif1|msf1)", "HEIC"),
    (rb".{4}ftypavi[fs]", "AVIF"),
    (rb"GIF8[79]a", "a GIF animation"),
    (rb"8BPS", "a Photoshop document"),
    (rb"\0\0\0\x0cJXL |\xff\x0a|\0\0\0\x0cjP  ", "a JPEG XL or JPEG 2000 picture"),
    (rb".{4}(ftyp|moov|mdat)|RIFF.{4}AVI |\x1aE\xdf\xa3|FLV\x01|\0\0\x01\xba|G.{187}G", VIDEO),
    (rb"RIFF.{4}WAVE|ID3|OggS|fLaC", "a sound"),
    (rb"%PDF-", "a PDF document"),
    (rb"PK(\x03\x04|\x05\x06)", "a zip archive or an Office document"),
    (rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b|BZh|\xfd7zXZ", "an archive"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office or Hangul document"),
    (rb"MZ|\x7fELF", "a program"),
    (rb"\s*(<\?xml[^>]*>\s*)?<svg", "an SVG drawing"),
    (rb"\s*<(?i:!doctype html|html|head|body)", "a web page"),
    (rb"\0+\Z", "nothing but zeros, as a copy that was broken off leaves it"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), kind) for pattern, kind in _SIGNATURES)


def sniff(head: bytes) -> str:
    """One of :data:`PICTURES`, or words for what else it seems to be.

    Args:
        head: the file's first bytes; :data:`HEAD` of them are enough.
    """
    head = head[:HEAD]
    for pattern, kind in _PATTERNS:
        if pattern.match(head):
            return kind
    return "text" if _is_text(head) else "a file of unknown kind"


def _is_text(head: bytes) -> bool:
    if re.search(rb"[\0-\x08\x0e-\x1a]", head):
        return False
    # A long text was cut, perhaps inside a character: a tail of up to three bytes need not decode.
    ends = range(len(head), len(head) - (4 if len(head) == HEAD else 1), -1)
    return any(_decodes(head[:end], encoding) for encoding in ("utf-8", "cp949") for end in ends)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
