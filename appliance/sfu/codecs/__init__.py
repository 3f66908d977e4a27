"""What the SFU must know of a codec's payload: key frames and picture ids, nothing more."""
