"""The box's own certificate authority and the certificate that it gives itself.

A page over HTTP gets no microphone, so TLS must work before any provider is asked. The authority is made at the first
start, never leaves the box but as a public file, and is constrained to the house's own names and private addresses: a
phone that trusts it trusts it for nothing else (RFC 5280 §4.2.1.10).
"""

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Apple accepts at most 825 days from an authority that a person installed, and browsers are moving down: stay under 398.
LEAF_DAYS = 397
RENEW_DAYS = 30
AUTHORITY_DAYS = 3650

_PRIVATE = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
    "fc00::/7", "fe80::/10", "::1/128",
)  # fmt: skip


class Certificates(msgspec.Struct, frozen=True):
    """Where the PEM files are: the authority's public part, and what the server presents (leaf and authority)."""

    authority: Path
    chain: Path
    key: Path


def ensure(
    folder: Path,
    hostname: str,
    addresses: list[str],
    at: datetime | None = None,
    *,
    known_as: str | None = None,
) -> Certificates:
    """The box's certificate for its names and addresses, made anew when one is missing or it runs out soon.

    `known_as` is what it is called in the house (`hearth-2.local`), where that is not what it wished for.
    """
    at = at or datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    files = Certificates(folder / "hearth-ca.crt", folder / "box.crt", folder / "box.key")
    authority_key = folder / "hearth-ca.key"
    if not (authority_key.exists() and files.authority.exists()):
        _make_authority(authority_key, files.authority, hostname, at)
    wanted = _names(hostname, addresses)
    if known_as and known_as != f"{hostname}.local":
        wanted.append(x509.DNSName(known_as))
    if not _still_good(files, wanted, at):
        _make_leaf(files, authority_key, wanted, at)
    return files


def _names(hostname: str, addresses: list[str]) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [
        x509.DNSName(f"{hostname}.local"),
        x509.DNSName(hostname),
        x509.DNSName("localhost"),
    ]
    for address in ["127.0.0.1", "::1", *addresses]:
        ip = ipaddress.ip_address(address)
        if any(ip in ipaddress.ip_network(net) for net in _PRIVATE):
            names.append(x509.IPAddress(ip))
    return names


def _still_good(files: Certificates, wanted: list[x509.GeneralName], at: datetime) -> bool:
    if not (files.chain.exists() and files.key.exists()):
        return False
    leaf = x509.load_pem_x509_certificate(files.chain.read_bytes())
    has = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    fresh = leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc - timedelta(days=RENEW_DAYS)
    return fresh and all(name in has for name in wanted)


def _make_authority(key_file: Path, file: Path, hostname: str, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Hearth at home ({os.urandom(3).hex()})")])
    dns = [x509.DNSName(part) for part in ("local", hostname, "localhost")]
    ips = [x509.IPAddress(ipaddress.ip_network(net)) for net in _PRIVATE]
    certificate = (
        _builder(name, name, key.public_key(), at, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints([*dns, *ips], None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(key_file, _pem(key), 0o600)
    _write(file, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _make_leaf(files: Certificates, authority_key: Path, names: list[x509.GeneralName], at: datetime) -> None:
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    signer = serialization.load_pem_private_key(authority_key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{authority_key} does not hold the key that we made")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Hearth")])
    certificate = (
        _builder(subject, authority.subject, key.public_key(), at, LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    _write(files.key, _pem(key), 0o600)
    leaf = certificate.public_bytes(serialization.Encoding.PEM)
    _write(files.chain, leaf + files.authority.read_bytes(), 0o644)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # A day back: a phone's clock and the box's need not agree.
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(file: Path, content: bytes, mode: int) -> None:
    """Write beside and rename, so that a power cut leaves the old file or the new one."""
    beside = file.with_suffix(file.suffix + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)
