"""Whether anybody lives here, and what the household is called; light enough for a process that only looks."""

from appliance.accounts import languages, queries
from appliance.accounts.languages import Language
from appliance.errors import Conflict
from appliance.setup.queries import HOUSEHOLD, LANGUAGE, remembered
from appliance.storage import Reader
from appliance.text import lines

# The household's name becomes the name of its first guild, which takes as many.
SHORTEST, LONGEST = 2, 100
NAMELESS = "Hearth"


class AlreadySetUp(Conflict):
    key = "already_set_up"
    message = "This box has its first person already. Sign in, or ask them for an invite."


def household_name(text: str) -> str:
    """A household's name as it will be kept; `Invalid` if it cannot be one."""
    return lines.one_line(text, "household", SHORTEST, LONGEST)


async def has_admin(reader: Reader) -> bool:
    return await reader.one(queries.ADMIN) is not None


async def name(reader: Reader) -> str:
    """The household's name, `NAMELESS` before it has one."""
    return await remembered(reader, HOUSEHOLD) or NAMELESS


async def language(reader: Reader) -> Language:
    """The language that the box was set up in."""
    return languages.nearest(await remembered(reader, LANGUAGE) or languages.FALLBACK)
