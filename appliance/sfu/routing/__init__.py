"""Who receives whose packets, decided without I/O."""
