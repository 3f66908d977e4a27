"""One SQLite file: transactions with group commit, readers beside them, and queries that a test checks."""

from appliance.storage.database import Database
from appliance.storage.reader import Reader, Transaction
from appliance.storage.select import Select, Value

__all__ = ["Database", "Reader", "Select", "Transaction", "Value"]
