"""The languages that the screens speak, as tags of BCP 47. This list is the only one: the web client's types are made from it.

A person has chosen one, or none: then the screens follow the languages of their browser, and after those the box's.
"""

from typing import Literal, get_args

from appliance.errors import Invalid

Language = Literal["en-GB", "de"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
FALLBACK: Language = "en-GB"


class NoSuchLanguage(Invalid):
    problem_key = "no_such_language"
    problem = "The screens do not speak this language. They speak: {known}."
    kind = "BASE_TYPE_CHOICES"


def language(tag: str, field: str = "locale") -> Language:
    """One of `LANGUAGES`; `NoSuchLanguage` for any other tag."""
    for one in LANGUAGES:
        if one == tag:
            return one
    raise NoSuchLanguage(field, known=", ".join(LANGUAGES))


def nearest(tag: str) -> Language:
    """The language among ours with the same first part as `tag`: “en” and “en-US” are “en-GB”; else `FALLBACK`."""
    primary = tag.split("-", maxsplit=1)[0].lower()
    found: Language = FALLBACK
    for one in reversed(LANGUAGES):
        if one.split("-")[0] == primary:
            found = one
    return found
