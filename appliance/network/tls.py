"""The TLS context of the HTTPS port, and the certificate in it.

OpenSSL reads the certificate for each handshake, so a new one needs no new port: handshakes from then on see it, and
connections that are open stay open.
"""

import logging
import ssl

from appliance.network import cipher_order
from appliance.network.certificates import Certificates

log = logging.getLogger(__name__)


class ServerTls:
    """`context` is for the listener; `use` replaces the certificate in it."""

    def __init__(self, certificates: Certificates) -> None:
        self.context = _context(certificates)
        self._chain = certificates.chain.read_bytes()

    def use(self, certificates: Certificates) -> None:
        """Show this certificate from now on, if it is another one. `OSError` if it cannot be read."""
        chain = certificates.chain.read_bytes()
        if chain != self._chain:
            self.context.load_cert_chain(certificates.chain, certificates.key)
            self._chain = chain
            log.info("the box has a new certificate")


def _context(certificates: Certificates) -> ssl.SSLContext:
    cipher_order.prefer(cipher_order.for_this_board())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Renegotiation is a handshake that the listener's pace for handshakes does not count.
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(certificates.chain, certificates.key)
    return context
