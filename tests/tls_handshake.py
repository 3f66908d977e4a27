"""A TLS handshake in memory: whether what a server presents is good for whoever trusts its authority."""

import ssl
from contextlib import suppress

from appliance.network.certificates import Certificates


def shake_hands(files: Certificates, name: str = "hearth.local") -> None:
    """A handshake of a phone that trusts this authority, without a network."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.chain, files.key)
    client = ssl.create_default_context(cafile=str(files.authority))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    here = client.wrap_bio(to_client, to_server, server_hostname=name)
    there = server.wrap_bio(to_server, to_client, server_side=True)
    for side in (here, there, here, there):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    assert here.getpeercert()
