"""What is read of what a processor says about itself."""

from pathlib import Path

import pytest

from appliance.processor import has_aes


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("flags\t\t: fpu aes sse2\n", True),
        ("Features\t: fp asimd evtstrm aes pmull\n", True),
        ("Features\t: fp asimd evtstrm crc32 cpuid\n", False),
        ("model name\t: aes \nflags\t\t: fpu vaes\n", False),
        ("", False),
    ],
    ids=["pc", "pi 5", "pi 4", "only a name", "nothing"],
)
def test_aes_is_in_hardware_where_the_kernel_says_so(tmp_path: Path, said: str, *, expected: bool) -> None:
    (tmp_path / "cpuinfo").write_text(said)

    assert has_aes(tmp_path / "cpuinfo") is expected
    assert not has_aes(tmp_path / "none")
