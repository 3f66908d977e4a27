"""Hearth's server: one folder a domain, imports point downwards (docs/adr, `lint-imports`)."""
