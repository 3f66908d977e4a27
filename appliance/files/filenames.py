"""Names of what was made of a file. What a name may be is in `text.file_names`."""

from pathlib import PurePosixPath

from appliance.text.file_names import with_ending


def with_suffix(name: str, content_type: str) -> str:
    """The name of what was made of a file: `IMG_1.HEIC` shown as JPEG is `IMG_1.jpg`."""
    suffix = _SUFFIXES.get(content_type)
    return name if suffix is None else with_ending(name.removesuffix(PurePosixPath(name).suffix), suffix)


_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "video/mp4": ".mp4",
    "audio/mp4": ".m4a",
}
