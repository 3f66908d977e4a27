"""DTLS-SRTP (RFC 5764) with us always passive, and the certificate that browsers know us by.

That a handshake succeeds proves nothing: any certificate is taken. Keys are handed out only after the peer's certificate has
been compared with the fingerprint in its SDP answer.
"""

import datetime
import logging
from collections.abc import Callable
from enum import Enum
from pathlib import Path as FilePath
from typing import Any

from aiortc.rtcdtlstransport import X509_DIGEST_ALGORITHMS, RTCCertificate, certificate_digest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from OpenSSL import SSL

from appliance import atomic_file
from appliance.sfu.transport import srtp

log = logging.getLogger(__name__)

# Fits through every tunnel that a phone may sit behind.
_DATAGRAM_BYTES = 1200
_RECORD_HEADER_BYTES = 13
# The most that one record holds (RFC 6347 4.1).
_RECORD_BYTES = 1 << 14
_EXPORTER = b"EXTRACTOR-dtls_srtp"
_VALID_DAYS = 365 * 20


def load_certificate(folder: FilePath) -> RTCCertificate:
    """The box's media certificate, made at the first start and kept, so that its fingerprint stays the same."""
    path = folder / "dtls.pem"
    try:
        pem = path.read_bytes()
        key = load_pem_private_key(pem, None)
        certificate = x509.load_pem_x509_certificate(pem)
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == certificate.public_key():
            return RTCCertificate(key, certificate)
        log.warning("the media certificate does not belong to its key; making a new one")
    except FileNotFoundError:
        pass
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        log.warning("the media certificate cannot be read; making a new one")
    return _make_certificate(path)


def _make_certificate(path: FilePath) -> RTCCertificate:
    key = ec.generate_private_key(ec.SECP256R1())
    # An anonymous name: browsers compare fingerprints, and a name would tell a stranger whose box this is.
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "media")])
    # The clock of a board without battery may be years off at its first start.
    begins = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + datetime.timedelta(days=_VALID_DAYS))
        .sign(key, hashes.SHA256())
    )
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        atomic_file.make_folder(path.parent, displaces=True)
        atomic_file.write(path, content + certificate.public_bytes(Encoding.PEM))
    except OSError as error:
        # Browsers learn its fingerprint anew with each call: one that ends with this run is as good.
        log.warning("the media certificate cannot be kept: %s", error)
    return RTCCertificate(key, certificate)


def make_context(certificate: Any) -> SSL.Context:
    """One context for all peers, from an `RTCCertificate`."""
    context: SSL.Context = certificate._create_ssl_context(srtp.profiles())  # noqa: SLF001  the seam that aiortc itself uses
    context.set_options(SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_QUERY_MTU)
    return context


def fingerprint(certificate: RTCCertificate) -> str:
    """As in SDP: algorithm and value."""
    return next(
        f"{known.algorithm} {known.value}"
        for known in certificate.getFingerprints()
        if known.algorithm == "sha-256"
    )


class Phase(Enum):
    HANDSHAKE = "handshake"
    DONE = "done"
    CLOSED = "closed"
    FAILED = "failed"


class DtlsSession:
    """One peer's handshake; bytes in through `receive`, datagrams out through `send`."""

    def __init__(self, context: SSL.Context, send: Callable[[bytes], None]) -> None:
        self.phase = Phase.HANDSHAKE
        self._send = send
        self._connection = SSL.Connection(context)
        self._connection.set_ciphertext_mtu(_DATAGRAM_BYTES)
        self._connection.set_accept_state()

    def receive(self, datagram: bytes) -> None:
        """Take one datagram; `phase` tells what came of it."""
        if self.phase not in (Phase.HANDSHAKE, Phase.DONE):
            return
        self._connection.bio_write(datagram)
        self._advance()

    def _advance(self) -> None:
        """Read all records that have come: what is left would stay in memory, and the next datagram's end behind it."""
        try:
            if self.phase is Phase.HANDSHAKE:
                self._connection.do_handshake()
                self.phase = Phase.DONE
            while True:
                # Browsers have nothing to say here but goodbye, as we offer no data channel.
                self._connection.recv(_RECORD_BYTES)
        except SSL.WantReadError:
            pass
        except SSL.ZeroReturnError:
            self.phase = Phase.CLOSED
        except SSL.Error:
            self.phase = Phase.CLOSED if self.phase is Phase.DONE else Phase.FAILED
        self._drain()

    def tick(self) -> None:
        """Send the last flight again if it is time (RFC 6347 4.2.4); to be called a few times a second."""
        if self.phase is not Phase.HANDSHAKE:
            return
        left = self._connection.DTLSv1_get_timeout()
        if left is None or left > 0:
            return
        try:
            self._connection.DTLSv1_handle_timeout()
        except SSL.Error:
            self.phase = Phase.FAILED
        self._drain()

    def _drain(self) -> None:
        pending = b""
        while True:
            try:
                pending += self._connection.bio_read(65536)
            except SSL.WantReadError:
                break
        for datagram in datagrams(pending):
            self._send(datagram)

    def presents(self, fingerprints: frozenset[tuple[str, str]]) -> bool:
        """Whether the peer's certificate is one of these (algorithm in lower case, value in upper case)."""
        certificate = self._connection.get_peer_certificate(as_cryptography=True)
        return certificate is not None and any(
            algorithm in X509_DIGEST_ALGORITHMS and certificate_digest(certificate, algorithm) == value
            for algorithm, value in fingerprints
        )

    def keys(self) -> srtp.Keys | None:
        """The SRTP sessions of a finished handshake; None if the peer wants no SRTP."""
        profile = self._connection.get_selected_srtp_profile()
        if not profile:
            return None
        material = self._connection.export_keying_material(_EXPORTER, srtp.material_bytes(profile))
        return srtp.derive(profile, material)

    def close(self) -> None:
        """Say goodbye, so that the browser need not wait for its timeout."""
        if self.phase is Phase.DONE:
            try:
                self._connection.shutdown()
            except SSL.Error:
                log.debug("the peer was gone before our goodbye")
            self._drain()
        self.phase = Phase.CLOSED


def datagrams(records: bytes) -> list[bytes]:
    """A flight of DTLS records as datagrams: none cut, as many together as fit."""
    result: list[bytes] = []
    current = b""
    at = 0
    while at < len(records):
        end = _record_end(records, at)
        if current and len(current) + end - at > _DATAGRAM_BYTES:
            result.append(current)
            current = b""
        current += records[at:end]
        at = end
    return [*result, current] if current else result


def _record_end(records: bytes, at: int) -> int:
    """Where the record that begins at `at` ends; one that does not tell its length goes to the end."""
    first = records[at]
    if first & 0xE0 == 0x20:
        # The unified header of DTLS 1.3 (RFC 9147 4): sequence number of two bytes or one, length if its flag is set.
        start = at + (3 if first & 0x08 else 2)
        if not first & 0x04:
            return len(records)
        return min(len(records), start + 2 + int.from_bytes(records[start : start + 2]))
    return min(len(records), at + _RECORD_HEADER_BYTES + int.from_bytes(records[at + 11 : at + 13]))
