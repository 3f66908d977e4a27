"""The box's certificate: browsers accept it for the box, and it vouches for nothing else."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from appliance.network.certificates import LEAF_DAYS, Certificates, ensure

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def _verify(files: Certificates, name: list[str], leaf: Path | None = None) -> bool:
    command = ["openssl", "verify", "-x509_strict", "-attime", str(int(NOW.timestamp()))]
    asked = subprocess.run(
        [*command, "-CAfile", str(files.authority), *name, str(leaf or files.chain)],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.returncode == 0


def test_openssl_accepts_the_box_under_each_of_its_names(tmp_path: Path) -> None:
    files = ensure(tmp_path, "hearth", ["192.168.1.20", "fd00::20"], NOW)

    assert _verify(files, ["-verify_hostname", "hearth.local"])
    assert _verify(files, ["-verify_hostname", "localhost"])
    assert _verify(files, ["-verify_ip", "192.168.1.20"])
    assert _verify(files, ["-verify_ip", "fd00::20"])


def test_openssl_refuses_it_for_another_name(tmp_path: Path) -> None:
    files = ensure(tmp_path, "hearth", [], NOW)

    assert not _verify(files, ["-verify_hostname", "example.org"])


def test_a_certificate_of_the_authority_for_a_name_outside_is_refused(tmp_path: Path) -> None:
    honest = ensure(tmp_path / "home", "hearth", [], NOW)
    stolen = tmp_path / "stolen"
    stolen.mkdir()
    for name in ("hearth-ca.crt", "hearth-ca.key"):
        (stolen / name).write_bytes((tmp_path / "home" / name).read_bytes())

    forged = ensure(stolen, "bank.example.org", [], NOW)

    assert not _verify(honest, ["-verify_hostname", "bank.example.org"], forged.chain)


def test_a_certificate_is_kept_until_it_runs_out_or_the_box_has_moved(tmp_path: Path) -> None:
    first = ensure(tmp_path, "hearth", ["192.168.1.20"], NOW).chain.read_bytes()

    assert ensure(tmp_path, "hearth", ["192.168.1.20"], NOW + timedelta(days=300)).chain.read_bytes() == first
    assert ensure(tmp_path, "hearth", ["192.168.1.99"], NOW).chain.read_bytes() != first
    before = ensure(tmp_path, "hearth", [], NOW).chain.read_bytes()
    assert ensure(tmp_path, "hearth", [], NOW + timedelta(days=LEAF_DAYS - 5)).chain.read_bytes() != before


def test_the_authority_stays_and_its_key_is_private(tmp_path: Path) -> None:
    files = ensure(tmp_path, "hearth", [], NOW)
    authority = files.authority.read_bytes()
    files.chain.unlink()

    ensure(tmp_path, "hearth", [], NOW)

    assert files.authority.read_bytes() == authority
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("hearth-ca.key", "box.key")} == {0o600}


def test_an_address_outside_a_home_is_left_out(tmp_path: Path) -> None:
    files = ensure(tmp_path, "hearth", ["8.8.8.8"], NOW)

    leaf = x509.load_pem_x509_certificate(files.chain.read_bytes())

    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "8.8.8.8" not in [str(ip) for ip in names.get_values_for_type(x509.IPAddress)]
