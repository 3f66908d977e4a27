"""The system bus, and one module for each service on it; imports nothing else of Hearth."""
