"""One SQLite file: transactions with group commit, readers beside them, and queries that a test checks."""

from appliance.storage.database import Database
from appliance.storage.reader import Reader, Transaction
from appliance.storage.select import Select, Value
from appliance.storage.thread_reader import Lookup

__all__ = ["Database", "Lookup", "Reader", "Select", "Transaction", "Value"]
