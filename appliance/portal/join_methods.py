"""Which ways a network is tried, in which order: what it is locked with is not always known, and not every password fits every way."""

from appliance.portal.model import Method, NetworkChoice, Security

_METHODS: dict[Security, tuple[Method, ...]] = {
    Security.OPEN: (Method.OPEN,),
    Security.OWE: (Method.OWE,),
    Security.PSK: (Method.PSK,),
    Security.SAE: (Method.SAE,),
    # Only some boxes fail at WPA3 where WPA2 is offered too, and a second try costs seconds.
    Security.MIXED: (Method.SAE, Method.PSK),
    Security.UNKNOWN: (Method.PSK, Method.SAE),
}


def join_methods(choice: NetworkChoice) -> tuple[Method, ...]:
    """The ways that can work, the likeliest first."""
    if choice.security is Security.UNKNOWN and not choice.password:
        return (Method.OPEN,)
    methods = _METHODS.get(choice.security, (Method.PSK,))
    if not choice.password:
        return methods
    if choice.password.is_raw_key:
        # It is what WPA2 makes of a passphrase, and means nothing to WPA3 but 64 letters: that way is the last.
        return tuple(sorted(methods, key=lambda method: method is not Method.PSK))
    return tuple(method for method in methods if method is not Method.PSK or choice.password.fits_psk)
