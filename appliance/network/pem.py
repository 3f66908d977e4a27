"""A key with its certificates in one PEM file: whoever replaces it replaces all of them at once."""

from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

# A key and two certificates are some 2 KB. What is larger is not ours, and is not read.
_MOST_BYTES = 64 * 1024


class Pair(msgspec.Struct, frozen=True):
    """A key and the certificate that it belongs to."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def encode(pair: Pair, *chain: x509.Certificate) -> bytes:
    """The key, its certificate, and those that signed it."""
    key = pair.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key + b"".join(public(one) for one in (pair.certificate, *chain))


def public(certificate: x509.Certificate) -> bytes:
    """What anybody may have."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def read(file: Path, key_file: Path | None = None) -> Pair | None:
    """The pair in a file (the key in `key_file` if that is another); None if it is missing, damaged or no pair at all."""
    try:
        content = _content(file)
        key = serialization.load_pem_private_key(_content(key_file) if key_file else content, None)
        certificate = x509.load_pem_x509_certificate(content)
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == certificate.public_key():
            return Pair(key, certificate)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        # Garbage is a ValueError, a key with a password a TypeError.
        pass
    return None


def is_signed_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether it is this authority's signature, and not only its name."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _content(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(_MOST_BYTES)
