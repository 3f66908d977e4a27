"""Contracts for import-linter that it does not bring itself; `pyproject.toml` names them."""
