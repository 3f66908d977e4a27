"""Names and other short texts that people give: normalised, trimmed, counted in code points.

Length is the only thing a text can be refused for. What looks like markup is kept as it was written; whoever shows it escapes it.
"""

from appliance.errors import Invalid
from appliance.normalisation import nfc

# No text shrinks more by being normalised: one letter with three marks is the longest that becomes one code point
# (UAX #15, 9).
_MOST_SHRINKING = 4


def normal(text: str) -> str:
    """The text in NFC without the space around it: two spellings of one word are one."""
    return nfc(text).strip()


def clean(text: str, field: str, shortest: int, longest: int) -> str:
    """A text of `shortest` to `longest` code points as it is kept, or `Invalid` for the field."""
    return measured(normal(fitting(text, field, shortest, longest)), field, shortest, longest)


def fitting(text: str, field: str, shortest: int, longest: int) -> str:
    """A text as it was sent, unless it is too long however it is written: that is seen before any work is done on it."""
    if len(text) > _MOST_SHRINKING * longest and len(text.strip()) > _MOST_SHRINKING * longest:
        return measured(text, field, shortest, longest)
    return text


def measured(text: str, field: str, shortest: int, longest: int) -> str:
    """A text that is normal already."""
    if not shortest <= len(text) <= longest:
        problem = f"Must be between {shortest} and {longest} in length."
        raise Invalid(field, problem, "BASE_TYPE_BAD_LENGTH")
    return text


def clean_or_none(text: str | None, field: str, longest: int) -> str | None:
    """An optional text; one that is empty counts as none."""
    return clean(text or "", field, 0, longest) or None
