"""Which of the languages of a page a browser asks for (RFC 9110, 12.5.4)."""

from collections.abc import Container


def preferred(accepted: str, spoken: Container[str]) -> str:
    """The first language of an Accept-Language header that is spoken, such as `de` for `de-AT`; else English, `en`.

    Browsers name the languages in the order of their weights, so the weights are not read.
    """
    for part in accepted.split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in spoken:
            return code
    return "en"


def of_headers(headers: list[tuple[bytes, bytes]], spoken: Container[str]) -> str:
    """The same for the headers of a request, as ASGI has them."""
    accepted = next((value for name, value in headers if name == b"accept-language"), b"")
    return preferred(accepted.decode("latin-1"), spoken)
