"""The version, in its one place: the package, the Debian package, the image and the API take it from here."""

VERSION = "0.1.0"
