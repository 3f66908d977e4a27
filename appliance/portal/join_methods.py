"""Which ways a network is tried, in which order: what it is locked with is not always known, and not every password fits every way."""

from appliance.portal.model import Method, Security, Wish

_METHODS: dict[Security, tuple[Method, ...]] = {
    Security.OPEN: (Method.OPEN,),
    Security.OWE: (Method.OWE,),
    Security.PSK: (Method.PSK,),
    Security.SAE: (Method.SAE,),
    # Only some boxes fail at WPA3 where WPA2 is offered too, and a second try costs seconds.
    Security.MIXED: (Method.SAE, Method.PSK),
    Security.UNKNOWN: (Method.PSK, Method.SAE),
}


def join_methods(wish: Wish) -> tuple[Method, ...]:
    """The ways that can work, the likeliest first."""
    if wish.security is Security.UNKNOWN and not wish.password:
        return (Method.OPEN,)
    methods = _METHODS.get(wish.security, (Method.PSK,))
    if not wish.password:
        return methods
    if wish.password.is_raw_key:
        # It is what WPA2 makes of a passphrase, and means nothing to WPA3 but 64 letters: that way is the last.
        return tuple(sorted(methods, key=lambda method: method is not Method.PSK))
    return tuple(method for method in methods if method is not Method.PSK or wish.password.fits_psk)
