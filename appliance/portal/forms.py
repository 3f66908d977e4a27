"""Forms as they come in: bytes in, checked values or `FieldErrors` out; no I/O."""

from collections.abc import Mapping
from urllib.parse import parse_qs

import msgspec

from appliance.portal.catalogue import Catalogue
from appliance.portal.model import SHORTEST_PASSPHRASE, Network, NetworkChoice, Password, Security

MOST_BYTES = 4096
_MOST_FIELDS = 16
# In bytes (IEEE 802.11-2020, 9.4.2.2).
_LONGEST_SSID = 32

type Form = Mapping[str, str]


class FieldErrors(Exception):
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


def network(form: Form, near: list[Network], texts: Catalogue) -> NetworkChoice:
    """The network that was chosen from the list or written by hand; `FieldErrors` if it cannot be one."""
    try:
        chosen = bytes.fromhex(form.get("network", ""))
    except ValueError:
        raise FieldErrors(network=texts.error_network) from None
    seen = {known.ssid: known.security for known in near}
    if chosen and chosen not in seen:
        raise FieldErrors(network=texts.error_network)
    ssid = chosen or form.get("name", "").strip().encode("utf-8", "surrogateescape")
    if not ssid:
        raise FieldErrors(network=texts.error_network)
    if len(ssid) > _LONGEST_SSID:
        raise FieldErrors(name=texts.error_name.format(number=_too_many(ssid)))
    # Whoever writes a name that is in the list has not seen it there.
    security = seen.get(ssid, Security.UNKNOWN)
    password = _password(form.get("password", ""), security, texts)
    return NetworkChoice(
        ssid, security, password, hidden=ssid not in seen, offline=form.get("offline") == "yes"
    )


def _too_many(ssid: bytes) -> int:
    """How many letters have to go from the end of a name until it fits: people count letters, and radios bytes."""
    name = ssid.decode("utf-8", "replace")
    return next(number for number in range(1, len(name) + 1) if len(name[:-number].encode()) <= _LONGEST_SSID)


def _password(text: str, security: Security, texts: Catalogue) -> Password:
    if not security.can_be_joined:
        raise FieldErrors(network=texts.too_old if security is Security.WEP else texts.company)
    if not security.takes_password:
        return Password("")
    password = Password(text)
    if not text and security is not Security.UNKNOWN:
        raise FieldErrors(password=texts.error_password_missing)
    if text and not _fits(password, security):
        raise FieldErrors(
            password=texts.error_password_long
            if len(text) > SHORTEST_PASSPHRASE
            else texts.error_password_short
        )
    return password


def _fits(password: Password, security: Security) -> bool:
    if security is Security.PSK:
        return password.fits_psk
    if security is Security.SAE:
        return password.fits_sae
    # WPA2 may be what is there: less than it takes is an error. What is longer, WPA3 takes.
    is_long = len(password.reveal().encode()) >= SHORTEST_PASSPHRASE
    return password.fits_psk or (password.fits_sae and is_long)


def language(form: Form, languages: Mapping[str, Catalogue], texts: Catalogue) -> Chosen:
    """Language and country; `FieldErrors` if there is no such country."""
    language = form.get("language", "")
    country = form.get("country", "")
    if country not in texts.countries or language not in languages:
        raise FieldErrors(country=texts.error_country)
    return Chosen(language, country)
