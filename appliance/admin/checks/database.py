"""A database that cannot be used: nobody can sign in or read, and somebody has to decide what becomes of it."""

from appliance.admin import formats
from appliance.admin.facts import Facts
from appliance.admin.model import Good, Keys, Problem
from appliance.storage.trouble import Trouble

TITLE = "Messages and accounts"
_COPY = (
    "Switch the box off and copy its whole card or disk before anything else is tried. Then bring back a backup, as the guide for "
    "operators says. What is there now is not touched."
)
_PROBLEMS = {
    Trouble.DAMAGED: ("database_damaged", "The household's data are damaged", "The file with accounts and messages cannot be read, or not all of it.", _COPY),
    Trouble.GONE: ("database_gone", "The household's data are gone", "The file with accounts and messages is not there any more.", _COPY),
    Trouble.NEWER: (
        "database_newer", "The household's data are newer than Hearth",
        "They were written by a newer Hearth than the one that runs now.",
        "Update Hearth, or bring back a backup from before. What is there now is not touched.",
    ),
    Trouble.FULL: (
        "database_no_room", "There is no room left",
        "The card or disk is full, and without any room even reading does not work.",
        "Make room on it: delete what does not belong to Hearth, or bring a backup back on a larger one, as the guide for operators "
        "says. Hearth goes on by itself as soon as there is room.",
    ),
    Trouble.PROTECTED: (
        "database_protected", "Nothing can be written",
        "The card or disk does not let Hearth write, as after an error or with wrong rights on the data folder.",
        f"On a box, {formats.RESTART}; if this stays, copy the card and replace it. On a computer, give the data folder back to the user "
        "that Hearth runs as. Hearth goes on by itself as soon as it can write.",
    ),
}  # fmt: skip
KEYS: Keys = {key: () for key, *_ in _PROBLEMS.values()}


def check(facts: Facts) -> Problem | None:
    """Whether the server could not open its database."""
    return None if facts.trouble is None else problem(facts.trouble)


def problem(trouble: Trouble) -> Problem:
    """The same in words, for a page that has nothing else to show."""
    key, title, sentence, fix = _PROBLEMS[trouble]
    return Problem(key=key, severity="serious", title=title, sentence=sentence, fix=fix)


def good(facts: Facts) -> Good | None:
    """That they can be read is seen from everything else on the screen."""
    del facts
    return None
