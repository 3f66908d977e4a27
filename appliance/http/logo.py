"""Hearth's mark for the pages that the server makes itself; the web client's is `webui/src/ui/logo.svg`, and a test compares them."""

PATH = (
    "M16 2C9.1 2 4 7.4 4 14.3V23a4 4 0 0 0 4 4h1v3.3c0 .8.9 1.2 1.5.7L15.2 27H24a4 4 0 0 0 4-4v-8.7C28 7.4 22.9 2 16 2Z"
    "m.6 5.3c.4 3 5.1 5.2 5.1 10a5.7 5.7 0 0 1-11.4.2c0-2.3 1.1-3.8 2.3-5 .4 1.3.9 2 1.7 2.5-.2-2.9.6-5.6 2.3-7.7Z"
)
"""The `d` of its one path, in a view box of 32 by 32 (SVG 2, 9.3)."""
