"""Forms as they come in: bytes in, checked values or slips out; no I/O."""

from collections.abc import Mapping
from urllib.parse import parse_qs

import msgspec

from appliance.portal.model import Network, Password, Security, Wish
from appliance.portal.wording import Words

MOST_BYTES = 4096
_MOST_FIELDS = 16
_LONGEST_SSID = 32
_SHORTEST, _LONGEST = 8, 63

type Form = Mapping[str, str]


class Slips(Exception):
    """Something in a form is not right; `by_field` says what, in the reader's language."""

    def __init__(self, **by_field: str) -> None:
        super().__init__(*by_field)
        self.by_field = by_field


class Chosen(msgspec.Struct, frozen=True):
    """What the first page answers."""

    language: str
    country: str


def read(body: bytes) -> Form:
    """The fields of an urlencoded body, the last of each name; empty if it is no form."""
    try:
        fields = parse_qs(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError:
        return {}
    return {name: values[-1] for name, values in fields.items()}


def network(form: Form, near: list[Network], words: Words) -> Wish:
    """The network that was chosen from the list or written by hand; `Slips` if it cannot be one."""
    try:
        chosen = bytes.fromhex(form.get("network", ""))
    except ValueError:
        raise Slips(network=words.slip_network) from None
    seen = {known.ssid: known.security for known in near}
    if chosen and chosen not in seen:
        raise Slips(network=words.slip_network)
    ssid = chosen or form.get("name", "").strip().encode("utf-8", "surrogateescape")
    if not ssid:
        raise Slips(network=words.slip_network)
    if len(ssid) > _LONGEST_SSID:
        raise Slips(name=words.slip_name)
    # Whoever writes a name that is in the list has not seen it there.
    security = seen.get(ssid, Security.UNKNOWN)
    password = _password(form.get("password", ""), security, words)
    return Wish(ssid, security, password, hidden=ssid not in seen, offline=form.get("offline") == "yes")


def _password(text: str, security: Security, words: Words) -> Password:
    if security is Security.OTHER:
        raise Slips(network=words.company)
    if not security.takes_password:
        return Password("")
    if not text and security is not Security.UNKNOWN:
        raise Slips(password=words.slip_word_missing)
    # WPA3 alone knows no limits, and no router shows that it is WPA3 alone before one is in.
    if text and security is not Security.SAE and not _SHORTEST <= len(text.encode()) <= _LONGEST:
        raise Slips(password=words.slip_word_short)
    return Password(text)


def tongue(form: Form, languages: Mapping[str, Words], words: Words) -> Chosen:
    """Language and country; `Slips` if there is no such country."""
    language = form.get("language", "")
    country = form.get("country", "")
    if country not in words.countries or language not in languages:
        raise Slips(country=words.slip_country)
    return Chosen(language, country)
