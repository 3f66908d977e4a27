"""How much a receiver's line carries, decided without I/O."""
