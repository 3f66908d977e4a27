"""The box's certificate: browsers accept it for the box, and it vouches for nothing else."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from appliance.network.certificates import AUTHORITY, LEAF_DAYS, Certificates, describe, ensure, usable
from tests.tls_handshake import shake_hands

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
    (stolen / AUTHORITY).write_bytes((tmp_path / "home" / AUTHORITY).read_bytes())

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
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("hearth-ca.pem", "box.pem")} == {0o600}


def test_an_address_outside_a_home_is_left_out(tmp_path: Path) -> None:
    files = ensure(tmp_path, "hearth", ["8.8.8.8"], NOW)

    leaf = x509.load_pem_x509_certificate(files.chain.read_bytes())

    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "8.8.8.8" not in [str(ip) for ip in names.get_values_for_type(x509.IPAddress)]


def chain(files: Certificates) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(files.chain.read_bytes())


def garbage(file: Path) -> None:
    file.write_bytes(b"\x93garbage\xff" * 40)


def zeros(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def tail_gone(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])


def gone(file: Path) -> None:
    file.unlink()


def folder(file: Path) -> None:
    file.unlink()
    (file / "in it").mkdir(parents=True)


def dangling(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere")


def no_key(file: Path) -> None:
    file.write_bytes(file.read_bytes().partition(b"-----END PRIVATE KEY-----\n")[2] or b"-")


def of_another_box(file: Path) -> None:
    other = ensure(file.parent.with_name("other"), "hearth", [], NOW)
    file.write_bytes((other.chain.parent / file.name).read_bytes())


def key_of_another(file: Path) -> None:
    """A new key with an old certificate, as the power cuts left it."""
    other = ensure(file.parent.with_name("other"), "hearth", [], NOW).chain.with_name(file.name).read_bytes()
    end = b"-----END PRIVATE KEY-----\n"
    file.write_bytes(other.partition(end)[0] + end + file.read_bytes().partition(end)[2])


DAMAGES = [
    garbage,
    zeros,
    empty,
    cut,
    tail_gone,
    gone,
    folder,
    dangling,
    no_key,
    of_another_box,
    key_of_another,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["hearth-ca.pem", "hearth-ca.crt", "box.pem"])
def test_whatever_happens_to_a_file_the_box_has_a_pair_that_fits(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    box = tmp_path / "box"
    ensure(box, "hearth", [], NOW)
    damage(box / name)

    files = ensure(box, "hearth", [], NOW)

    shake_hands(files)
    assert _verify(files, ["-verify_hostname", "hearth.local"])
    assert x509.load_pem_x509_certificate(files.authority.read_bytes()) == chain(files)[1]
    assert ensure(box, "hearth", [], NOW).repaired == ()


@pytest.mark.parametrize(
    "damage", [garbage, gone, folder, key_of_another], ids=lambda damage: damage.__name__
)
def test_what_was_damaged_is_said(
    tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    box = tmp_path / "box"
    assert ensure(box, "hearth", [], NOW).repaired == ()

    damage(box / "box.pem")
    first = ensure(box, "hearth", [], NOW)
    damage(box / "hearth-ca.pem")
    second = ensure(box, "hearth", [], NOW)

    assert (first.repaired, second.repaired) == (("box.pem",), ("hearth-ca.pem",))
    assert "box.pem was damaged or gone" in caplog.text
    told = describe(box)
    assert told
    assert told.replaced == "damage"


def test_a_lost_public_copy_is_written_again_and_nobody_has_to_trust_anew(tmp_path: Path) -> None:
    files = ensure(tmp_path, "hearth", [], NOW)
    before = files.authority.read_bytes()
    files.authority.unlink()

    files = ensure(tmp_path, "hearth", [], NOW)

    assert (files.authority.read_bytes(), files.repaired) == (before, ())


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (datetime(1970, 1, 1, 0, 1, tzinfo=UTC), "clock"),
        (datetime(2016, 11, 30, tzinfo=UTC), "clock"),
        (NOW + timedelta(days=9), "clock"),
        (NOW - timedelta(days=3650), "clock"),
    ],
)
def test_an_authority_of_a_clock_that_was_wrong_is_replaced_with_its_chain(
    tmp_path: Path, made: datetime, why: str
) -> None:
    first = ensure(tmp_path, "hearth", [], made).authority.read_bytes()

    files = ensure(tmp_path, "hearth", [], NOW)

    assert files.authority.read_bytes() != first
    assert all(one.not_valid_before_utc <= NOW <= one.not_valid_after_utc for one in chain(files))
    assert _verify(files, ["-verify_hostname", "hearth.local"])
    told = describe(tmp_path)
    assert told
    assert (told.replaced, told.begins) == (why, NOW)


def test_an_authority_of_1970_goes_also_where_no_time_server_was_ever_heard(tmp_path: Path) -> None:
    ensure(tmp_path, "hearth", [], datetime(1970, 1, 1, tzinfo=UTC), clock_is_set=False)
    first = ensure(tmp_path, "hearth", [], datetime(1970, 1, 2, tzinfo=UTC), clock_is_set=False)
    before = first.authority.read_bytes()

    files = ensure(tmp_path, "hearth", [], NOW, clock_is_set=False)

    assert files.authority.read_bytes() != before
    shake_hands(files)


def test_an_authority_at_the_end_of_its_ten_years_is_replaced_and_no_leaf_outlives_its_own(
    tmp_path: Path,
) -> None:
    first = ensure(tmp_path, "hearth", [], NOW).authority.read_bytes()
    for days in (3200, 3500, 3615):
        files = ensure(tmp_path, "hearth", [], NOW + timedelta(days=days))
        leaf, authority = chain(files)
        assert leaf.not_valid_after_utc <= authority.not_valid_after_utc
        assert files.authority.read_bytes() == first

    files = ensure(tmp_path, "hearth", [], NOW + timedelta(days=3651))

    assert files.authority.read_bytes() != first
    told = describe(tmp_path)
    assert told
    assert told.replaced == "age"


@pytest.mark.parametrize(
    "clock",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2016, 1, 1, tzinfo=UTC),
        NOW,
        NOW + timedelta(days=3900),
        datetime(2099, 1, 1, tzinfo=UTC),
    ],
)
def test_a_clock_that_nobody_has_set_yet_takes_no_trust_away(tmp_path: Path, clock: datetime) -> None:
    """A board without a battery starts in the past each time; what phones trust was made when the clock was right."""
    made = NOW + timedelta(days=400)
    kept = ensure(tmp_path, "hearth", [], made).chain.read_bytes()

    shown = ensure(tmp_path, "hearth", [], clock, clock_is_set=False).chain.read_bytes()
    moved = ensure(tmp_path, "hearth", ["192.168.1.9"], clock, clock_is_set=False)

    assert shown == kept
    leaf, authority = chain(moved)
    assert authority.not_valid_before_utc <= leaf.not_valid_before_utc <= made <= leaf.not_valid_after_utc
    assert pem_of(authority) in kept


def pem_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def test_a_box_of_before_keeps_what_phones_trust(tmp_path: Path) -> None:
    files = ensure(tmp_path, "hearth", [], NOW)
    authority, leaf = files.authority.read_bytes(), files.chain.read_bytes()
    _split(tmp_path, "hearth-ca.pem", "hearth-ca.key", None)
    _split(tmp_path, "box.pem", "box.key", "box.crt")

    files = ensure(tmp_path, "hearth", [], NOW)

    assert (files.authority.read_bytes(), files.chain.read_bytes(), files.repaired) == (authority, leaf, ())
    assert sorted(file.name for file in tmp_path.iterdir()) == ["box.pem", "hearth-ca.crt", "hearth-ca.pem"]


def _split(folder: Path, pair: str, key: str, certificates: str | None) -> None:
    """As the files were before they were one."""
    end = b"-----END PRIVATE KEY-----\n"
    first, _, rest = (folder / pair).read_bytes().partition(end)
    (folder / key).write_bytes(first + end)
    if certificates:
        (folder / certificates).write_bytes(rest)
    (folder / pair).unlink()


def test_a_box_that_gets_another_name_is_still_trusted(tmp_path: Path) -> None:
    authority = ensure(tmp_path, "hearth", [], NOW).authority.read_bytes()

    files = ensure(tmp_path, "oven", [], NOW)

    assert files.authority.read_bytes() == authority
    assert _verify(files, ["-verify_hostname", "oven.local"])


def test_where_nothing_can_be_written_the_old_certificate_is_as_good(tmp_path: Path) -> None:
    assert usable(tmp_path / "nothing") is None
    files = ensure(tmp_path, "hearth", [], NOW)
    assert usable(tmp_path) == files

    garbage(files.chain)

    assert usable(tmp_path) is None
