"""`python -m tests.guide_pictures`: the household guide's pictures, out of those that the browser tests have left.

Few and small, for they are committed; what the tests leave is not. A test holds the guide and this list together.
"""

import subprocess
import sys
from pathlib import Path

_TESTS = Path(__file__).parent
FOLDER = _TESTS.parent / "docs/pictures"
_SCREENS, _PORTAL = _TESTS / "e2e/screenshots", _TESTS / "integration/portal/screenshots"
# One theme for all: the portal's pages follow the phone, and the phones of the tests are dark.
PICTURES = {
    "setup-welcome": _PORTAL / "1-welcome.png",
    "setup-wifi": _PORTAL / "2-wifi.png",
    "setup-ready": _PORTAL / "7-ready.png",
    "welcome": _SCREENS / "welcome-phone-dark.png",
    "login": _SCREENS / "login-phone-dark.png",
    "first-day": _SCREENS / "first-day-phone-dark.png",
    "invite-dialog": _SCREENS / "invite-dialog-phone-dark.png",
    "invite": _SCREENS / "invite-phone-dark.png",
    "chat": _SCREENS / "chat-phone-dark.png",
    "call-screen": _SCREENS / "call-screen-desktop-dark.png",
    "evening": _SCREENS / "words-end-desk-chromium.png",
    "health": _SCREENS / "health-phone-dark.png",
}
_QUALITY = 82


def main() -> int:
    """Make every picture; 1 if a test has not left what one is made of."""
    missing = [str(source.relative_to(_TESTS.parent)) for source in PICTURES.values() if not source.exists()]
    if missing:
        sys.stderr.write(f"Run the browser tests and the portal's first; not there: {', '.join(missing)}\n")
        return 1
    FOLDER.mkdir(exist_ok=True)
    for name, source in PICTURES.items():
        target = FOLDER / f"{name}.webp"
        subprocess.run(
            ["cwebp", "-quiet", "-m", "6", "-q", str(_QUALITY), str(source), "-o", str(target)], check=True
        )
    size = sum(file.stat().st_size for file in FOLDER.glob("*.webp"))
    sys.stdout.write(f"{len(PICTURES)} pictures, {size // 1000} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
