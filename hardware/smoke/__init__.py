"""`python -m hardware.smoke`: whether a real board does what no emulator can show, one line for each thing.

What a newcomer would get wrong: most of it is not there on a developer's machine, and that is no failure. It is one where
the board's profile, or our own image, says that it must be there.
"""
