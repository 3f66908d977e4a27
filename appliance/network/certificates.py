"""The box's own certificate authority and the certificate that it gives itself.

A page over HTTP gets no microphone, so TLS must work before any provider is asked. The authority is made at the first
start, never leaves the box but as a public file, and is constrained to the house's own names and private addresses: a
phone that trusts it trusts it for nothing else (RFC 5280 §4.2.1.10).

What a newcomer would get wrong: a key and its certificate are one file each (`hearth-ca.pem`, `box.pem`), so that no power cut
leaves a new key with an old certificate; whatever is not whole is made anew (docs/adr/0014-a-key-and-its-certificate-are-one-file.md).
"""

import ipaddress
import logging
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance import atomic_file
from appliance.network import pem
from appliance.network.pem import Pair

log = logging.getLogger(__name__)

# Apple accepts at most 825 days from an authority that a person installed, and browsers are moving down: stay under 398.
LEAF_DAYS = 397
RENEW_DAYS = 30
AUTHORITY_DAYS = 3650
# No box with this code ran before: a clock that says so is wrong, and so was one that made an authority then.
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
# A box may lie in a drawer for so long, and have no internet when it comes out.
_LONGEST_OFF = timedelta(days=730)

AUTHORITY, PUBLIC, BOX = "hearth-ca.pem", "hearth-ca.crt", "box.pem"
# Boxes from before the pairs had one file each.
_OLD_AUTHORITY_KEY, _OLD_CHAIN, _OLD_KEY = "hearth-ca.key", "box.crt", "box.key"
# In front of the authority's PEM blocks, where every reader skips it (RFC 7468, 2): why it replaced another.
_NOTE = re.compile(rb"^Replaced: (\w+)$", re.MULTILINE)

_PRIVATE = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
    "fc00::/7", "fe80::/10", "::1/128",
)  # fmt: skip


class Certificates(msgspec.Struct, frozen=True):
    """Where the PEM files are: the authority's public part, and what the server presents (key, leaf and authority).

    `repaired` names those that were damaged or gone and were made anew just now.
    """

    authority: Path
    chain: Path
    key: Path
    repaired: tuple[str, ...] = ()


class Authority(msgspec.Struct, frozen=True):
    """What the health page tells of the authority; `replaced` is why it took another's place: age, clock or damage."""

    begins: datetime
    ends: datetime
    replaced: str | None


def ensure(
    folder: Path,
    hostname: str,
    addresses: list[str],
    at: datetime | None = None,
    *,
    known_as: str | None = None,
    clock_is_set: bool | None = None,
) -> Certificates:
    """The box's certificate for its names and addresses, made anew when it is not whole, does not fit or runs out soon.

    `known_as` is what it is called in the house (`hearth-2.local`), where that is not the name in the settings; `clock_is_set` is False
    while the clock is known to be a guess. Raises `OSError` if something had to be written and could not be.
    """
    atomic_file.make_folder(folder, displaces=True)
    folder.chmod(0o700)
    kept, leaf = _find(folder)
    moment = _moment(
        at or datetime.now(UTC), clock_is_set, [pair.certificate for pair in (kept, leaf) if pair]
    )
    authority, repaired = _authority(folder, kept, hostname, moment)
    wanted = _names(hostname, addresses, authority.certificate)
    if known_as and known_as != f"{hostname}.local":
        wanted.append(x509.DNSName(known_as))
    if not _is_whole(folder / BOX, leaf, authority):
        if authority is kept:
            log.warning("%s was damaged or gone and is made anew", folder / BOX)
            repaired += (BOX,)
        leaf = None
    if not (leaf and _still_good(leaf.certificate, wanted, moment)):
        leaf = _make_leaf(authority, wanted, moment)
    _keep(folder / BOX, pem.encode(leaf, authority.certificate), 0o600)
    for old in (_OLD_AUTHORITY_KEY, _OLD_CHAIN, _OLD_KEY):
        if (folder / old).is_file():
            (folder / old).unlink()
    return Certificates(folder / PUBLIC, folder / BOX, folder / BOX, repaired)


def usable(folder: Path) -> Certificates | None:
    """The certificate as it is, where nothing can be written: if it is whole, a browser may still like it."""
    authority, leaf = _find(folder)
    if authority is None or not _is_whole(folder / BOX, leaf, authority):
        return None
    if not ((folder / BOX).is_file() and (folder / PUBLIC).is_file()):
        return None
    return Certificates(folder / PUBLIC, folder / BOX, folder / BOX)


def describe(folder: Path) -> Authority | None:
    """The authority in a folder; None if it cannot be read."""
    try:
        content = (folder / AUTHORITY).read_bytes()
        certificate = x509.load_pem_x509_certificate(content)
    except (OSError, ValueError):
        return None
    note = _NOTE.search(content)
    begins = certificate.not_valid_before_utc + _DAY
    return Authority(begins, certificate.not_valid_after_utc, note[1].decode() if note else None)


def _find(folder: Path) -> tuple[Pair | None, Pair | None]:
    """The authority and the leaf that are there, perhaps in the files of before."""
    authority = pem.read(folder / AUTHORITY)
    if authority is None and not (folder / AUTHORITY).exists():
        authority = pem.read(folder / PUBLIC, folder / _OLD_AUTHORITY_KEY)
    leaf = pem.read(folder / BOX)
    if leaf is None and not (folder / BOX).exists():
        leaf = pem.read(folder / _OLD_CHAIN, folder / _OLD_KEY)
    return authority, leaf


def _moment(at: datetime, clock_is_set: bool | None, known: list[x509.Certificate]) -> datetime:  # noqa: FBT001  of three values
    """What time it is, as far as anybody knows: a clock that is a guess takes nothing away from what was signed before.

    It is at least as late as the last signature, and a guess that is years beyond it is as wrong as one that lies before.
    """
    if at >= EARLIEST and clock_is_set is not False:
        return at
    latest = max((one.not_valid_before_utc + _DAY for one in known), default=at)
    if latest < EARLIEST:
        return max(at, latest)
    return at if latest <= at <= latest + _LONGEST_OFF else latest


def _authority(folder: Path, kept: Pair | None, hostname: str, at: datetime) -> tuple[Pair, tuple[str, ...]]:
    """The authority to sign with, and whether its file was damaged."""
    file = folder / AUTHORITY
    reason = _unfit(kept.certificate, at) if kept else None
    if kept and reason is None:
        if not file.exists():
            atomic_file.write(file, pem.encode(kept))
        file.chmod(0o600)
        _keep(folder / PUBLIC, pem.public(kept.certificate), 0o644)
        return kept, ()
    # Where one of them is there, this is no first start, and phones may trust what was lost.
    lost = kept is None and any((folder / name).exists() for name in (AUTHORITY, PUBLIC, BOX))
    reason = "damage" if lost else reason
    fresh = _make_authority(hostname, at)
    note = f"Replaced: {reason}\n".encode() if reason else b""
    atomic_file.write(file, note + pem.encode(fresh))
    _keep(folder / PUBLIC, pem.public(fresh.certificate), 0o644)
    if reason:
        log.warning(
            "the box has a new certificate authority, as the old one had to go (%s): phones that trusted that must trust this one",
            reason,
        )
    return fresh, (AUTHORITY,) if lost else ()


def _unfit(authority: x509.Certificate, at: datetime) -> str | None:
    """Why an authority cannot stay, if it cannot."""
    if not _is_authority(authority):
        return "damage"
    if authority.not_valid_before_utc < EARLIEST <= at or at < authority.not_valid_before_utc:
        return "clock"
    return "age" if at > authority.not_valid_after_utc - timedelta(days=RENEW_DAYS) else None


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _keep(file: Path, content: bytes, mode: int) -> None:
    """Have this in a file; nothing is written where it is in it already."""
    try:
        if file.read_bytes() == content and file.stat().st_mode & 0o777 == mode:
            return
    except OSError:
        pass
    atomic_file.write(file, content, mode)


def _names(hostname: str, addresses: list[str], authority: x509.Certificate) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.DNSName(f"{hostname}.local"), x509.DNSName("localhost")]
    # An authority that was made under another name may not sign this one, and browsers would refuse all that stands beside it.
    if hostname in _permitted(authority):
        names.append(x509.DNSName(hostname))
    for address in ["127.0.0.1", "::1", *addresses]:
        ip = ipaddress.ip_address(address)
        if any(ip in ipaddress.ip_network(net) for net in _PRIVATE):
            names.append(x509.IPAddress(ip))
    return names


def _permitted(authority: x509.Certificate) -> list[str]:
    try:
        limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return []
    return [name.value for name in limits.permitted_subtrees or [] if isinstance(name, x509.DNSName)]


def _is_whole(file: Path, leaf: Pair | None, authority: Pair) -> bool:
    """Whether the leaf is this authority's, and its file holds what we would write and nothing else."""
    if leaf is None or not pem.is_signed_by(leaf.certificate, authority.certificate):
        return False
    try:
        return not file.exists() or file.read_bytes() == pem.encode(leaf, authority.certificate)
    except OSError:
        return False


def _still_good(leaf: x509.Certificate, wanted: list[x509.GeneralName], at: datetime) -> bool:
    try:
        has = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    fresh = leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc - timedelta(days=RENEW_DAYS)
    return fresh and all(name in has for name in wanted)


def _make_authority(hostname: str, at: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Hearth at home ({os.urandom(3).hex()})")])
    dns = [x509.DNSName(part) for part in ("local", hostname, "localhost")]
    ips = [x509.IPAddress(ipaddress.ip_network(net)) for net in _PRIVATE]
    certificate = (
        _builder(name, name, key.public_key())
        .not_valid_before(at - _DAY)
        .not_valid_after(at + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints([*dns, *ips], None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Pair(key, certificate)


def _make_leaf(authority: Pair, names: list[x509.GeneralName], at: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Hearth")])
    ends = authority.certificate.not_valid_after_utc
    certificate = (
        _builder(subject, authority.certificate.subject, key.public_key())
        # A day back: a phone's clock and the box's need not agree.
        .not_valid_before(at - _DAY)
        .not_valid_after(min(at + timedelta(days=LEAF_DAYS), ends))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False
        )
        .sign(authority.key, hashes.SHA256())
    )
    return Pair(key, certificate)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
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
