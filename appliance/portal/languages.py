"""The languages that the portal speaks, and which of them a phone would like."""

from appliance.http.accept_language import preferred
from appliance.portal import countries
from appliance.portal.english import ENGLISH
from appliance.portal.german import GERMAN

LANGUAGES = {"en": ENGLISH, "de": GERMAN}


def language(accepted: str) -> str:
    """The first language of an Accept-Language header that the portal speaks, else English (RFC 9110, 12.5.4)."""
    return preferred(accepted, LANGUAGES)


def country(accepted: str) -> str | None:
    """The first country that an Accept-Language header names, to be shown as chosen already."""
    for part in accepted.split(","):
        _, _, region = part.split(";")[0].strip().partition("-")
        if region.upper() in countries.ENGLISH:
            return region.upper()
    return None
