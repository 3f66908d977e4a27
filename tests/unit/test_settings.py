"""Settings: the file, the variables that win over it, and the sentences for what is wrong."""

from pathlib import Path

import msgspec
import pytest

from appliance.settings import FILE_NAME, Settings, SettingsError, data_folder, load, media_socket, prepare

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


@pytest.mark.parametrize("field", msgspec.structs.fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_in_the_documentation_with_its_default(field: msgspec.structs.FieldInfo) -> None:
    shown = field.default or "empty"
    assert f"| `{field.name}` | `HEARTH_{field.name.upper()}` | {shown} |" in DOCUMENT.read_text()
