"""From what a page says of itself to the card that people see: words that can stand in a line, and nothing else."""

from msgspec import UNSET, UnsetType

from appliance.embeds.model import Embed, EmbedMedia, EmbedProvider
from appliance.errors import Invalid
from appliance.file_worker.protocol import LONGEST_DESCRIPTION, LONGEST_SITE_NAME, LONGEST_TITLE, PageRead
from appliance.previews.targets import Target
from appliance.text import characters, lines

# What may stand in a line whatever its neighbours are: letters, figures, everything else that is seen, and spaces.
_ALWAYS = frozenset("LODVFuhs")


def of_page(target: Target, page: PageRead, picture: Target | None) -> Embed | None:
    """The card of a page; None if it says nothing of itself."""
    title = _line(page.title, LONGEST_TITLE)
    description = _line(page.description, LONGEST_DESCRIPTION)
    if title is UNSET and description is UNSET and picture is None:
        return None
    name = _line(page.site_name, LONGEST_SITE_NAME)
    return Embed(
        type="link",
        url=target.address,
        title=title,
        description=description,
        color=UNSET if page.colour is None else page.colour,
        provider=EmbedProvider(name=target.host if isinstance(name, UnsetType) else name),
        thumbnail=UNSET if picture is None else EmbedMedia(url=picture.address),
    )


def of_picture(target: Target) -> Embed:
    """The card of an address that is a picture."""
    return Embed(type="image", url=target.address, thumbnail=EmbedMedia(url=target.address))


def _line(text: str, longest: int) -> str | UnsetType:
    """A text of somebody's page as one line, without what would be invisible, turned round or piled up."""
    try:
        return lines.one_line_or_none(text, "title", longest) or UNSET
    except Invalid:
        plain = "".join(one for one in text if characters.shape(one) in _ALWAYS)
    try:
        return lines.one_line_or_none(plain, "title", longest) or UNSET
    except Invalid:
        return UNSET
