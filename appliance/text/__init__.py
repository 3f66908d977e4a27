"""What may stand in a text that a person typed: one rule for names, lines and messages, the look-alikes, and the emoji."""
