"""Settings: the file, the variables that win over it, and the sentences for what is wrong."""

import unicodedata
from pathlib import Path

import msgspec
import pytest

from appliance.settings import (
    FILE_NAME,
    FolderProtected,
    Settings,
    SettingsError,
    data_folder,
    load,
    media_socket,
    prepare,
)

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def test_a_first_start_makes_a_file_in_which_everything_is_still_the_default(tmp_path: Path) -> None:
    prepare(tmp_path / "new")

    assert load(tmp_path / "new", {}) == Settings()
    assert "# https_port = 8443" in (tmp_path / "new" / FILE_NAME).read_text()


def test_a_second_start_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    prepare(tmp_path)
    (tmp_path / FILE_NAME).write_text("http_port = 81\n")

    prepare(tmp_path)

    assert load(tmp_path, {}).http_port == 81


def test_a_variable_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("https_port = 444\nmedia_port = 445\n")

    settings = load(tmp_path, {"HEARTH_HTTPS_PORT": "9443", "HEARTH_PUBLIC_IP": "198.51.100.7"})

    assert (settings.https_port, settings.media_port, settings.public_ip) == (9443, 445, "198.51.100.7")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("https_port = ", FILE_NAME),
        ("https_port = 70000", "https_port"),
        ('https_port = "many"', "https_port"),
        ("htps_port = 1", "htps_port"),
        ("\udcff", FILE_NAME),
    ],
)
def test_what_cannot_be_used_is_named_in_one_line(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(SettingsError, match=named) as caught:
        load(tmp_path, {})
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(SettingsError, match="HEARTH_DATA"):
        prepare(tmp_path / "file" / "data")


def test_the_settings_file_can_lie_elsewhere_and_is_not_made_there(tmp_path: Path) -> None:
    elsewhere = {"HEARTH_SETTINGS": str(tmp_path / "etc" / FILE_NAME)}

    prepare(tmp_path / "data", elsewhere)
    assert load(tmp_path / "data", elsewhere) == Settings()
    assert not (tmp_path / "data" / FILE_NAME).exists()

    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / FILE_NAME).write_text("http_port = 81\n")
    assert load(tmp_path / "data", elsewhere).http_port == 81


@pytest.mark.parametrize(("before", "after"), [(0o755, 0o710), (0o710, 0o710), (0o700, 0o700)])
def test_the_data_folder_is_closed_but_for_a_way_through_for_its_group(
    tmp_path: Path, before: int, after: int
) -> None:
    tmp_path.chmod(before)

    prepare(tmp_path)

    assert tmp_path.stat().st_mode & 0o777 == after


def test_the_control_socket_can_lie_elsewhere(tmp_path: Path) -> None:
    assert media_socket(tmp_path, {}) == tmp_path / "run" / "sfu.sock"
    assert media_socket(tmp_path, {"HEARTH_MEDIA_SOCKET": "/run/x.sock"}) == Path("/run/x.sock")


def test_the_data_folder_can_be_chosen(tmp_path: Path) -> None:
    assert data_folder({"HEARTH_DATA": str(tmp_path)}) == tmp_path


@pytest.mark.parametrize("key", ["https_port", "http_port", "portal_port"])
@pytest.mark.parametrize("port", [1, 22, 1719, 1720, 5060, 6000, 6566, 6665, 6669, 6697, 10080])
def test_a_port_that_no_browser_opens_is_refused_in_words(tmp_path: Path, key: str, port: int) -> None:
    with pytest.raises(SettingsError, match=f"No browser opens a page on port {port}.*HEARTH_{key.upper()}"):
        load(tmp_path, {f"HEARTH_{key.upper()}": str(port)})


def test_calls_may_have_any_port(tmp_path: Path) -> None:
    assert load(tmp_path, {"HEARTH_MEDIA_PORT": "10080"}).media_port == 10080


@pytest.mark.parametrize("port", [80, 443, 8080, 8443, 3000, 6668 + 100])
def test_every_other_port_is_taken(tmp_path: Path, port: int) -> None:
    assert load(tmp_path, {"HEARTH_HTTPS_PORT": str(port), "HEARTH_HTTP_PORT": "81"}).https_port == port


def test_two_pages_cannot_share_a_port(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="both 8443"):
        load(tmp_path, {"HEARTH_HTTP_PORT": "8443"})


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("hearth", "hearth"),
        ("Hearth", "hearth"),
        (" oven ", "oven"),
        ("oven.local", "oven"),
        ("oven.local.", "oven"),
        ("bücher", "xn--bcher-kva"),
        ("BÜCHER.local", "xn--bcher-kva"),
        (unicodedata.normalize("NFD", "bücher"), "xn--bcher-kva"),
        ("xn--bcher-kva", "xn--bcher-kva"),
        ("büro-2", "xn--bro-2-kva"),
        ("日本", "xn--wgv71a"),
        ("x" * 63, "x" * 63),
    ],
)
def test_a_name_in_the_home_network_is_taken_as_browsers_take_it(
    tmp_path: Path, written: str, name: str
) -> None:
    assert load(tmp_path, {"HEARTH_HOSTNAME": written}).hostname == name


@pytest.mark.parametrize(
    "written",
    ["", " ", ".local", "our house", "our_house", "-oven", "oven-", "x" * 64, "ü" * 63, "192.168.1.20", "fd00::20",
     "a.b", "oven.example.org", "xn--zzzzzz", "\u200bx\u202e", "😀", "a/b", "oven!", "\0"],
)  # fmt: skip
def test_what_can_be_no_name_is_refused_in_one_line(tmp_path: Path, written: str) -> None:
    with pytest.raises(SettingsError, match="HEARTH_HOSTNAME") as caught:
        load(tmp_path, {"HEARTH_HOSTNAME": written})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BIND", "localhost"),
        ("BIND", "10.0.0"),
        ("PUBLIC_IP", "198.51.100.7,example.org"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_what_would_only_fail_later_is_refused_now(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable.lower()):
        load(tmp_path, {f"HEARTH_{variable}": value})


def test_a_folder_in_which_people_live_is_told_from_one_in_which_nobody_does(tmp_path: Path) -> None:
    # For root nothing is protected, so a file that cannot be a folder stands for one that cannot be written.
    (tmp_path / "hearth.db").write_text("")
    (tmp_path / "run.damaged").mkdir()
    (tmp_path / "run.damaged" / "x").mkdir()
    (tmp_path / FILE_NAME).symlink_to(tmp_path / "missing" / FILE_NAME)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".writable").mkdir()

    with pytest.raises(FolderProtected, match="HEARTH_DATA"):
        prepare(tmp_path)
    (tmp_path / "hearth.db").unlink()
    with pytest.raises(SettingsError) as caught:
        prepare(tmp_path)
    assert type(caught.value) is SettingsError


@pytest.mark.parametrize("field", msgspec.structs.fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_in_the_documentation_with_its_default(field: msgspec.structs.FieldInfo) -> None:
    shown = field.default or "empty"
    assert f"| `{field.name}` | `HEARTH_{field.name.upper()}` | {shown} |" in DOCUMENT.read_text()
