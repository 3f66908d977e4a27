"""The SD-card image: layers (one capability each) on a Debian root, made into a disk with room for updates."""
