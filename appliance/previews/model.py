"""What is said of previews over the wire; the cards themselves are embeds."""

from msgspec import Struct


class PreviewSettings(Struct, frozen=True):
    """Whether the box looks at the links that people say."""

    enabled: bool


class NewPreviewSettings(Struct, frozen=True):
    enabled: bool
