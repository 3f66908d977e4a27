"""`python -m appliance.file_worker`: the worker, with its connection to the server as standard input.

systemd starts it so for each connection to hearth-files.socket; under `./just run` the server starts it itself.
"""

import argparse
import os
import socket
import sys
from contextlib import suppress

from appliance.daemon.journald import log_to_journal
from appliance.file_worker import worker


def main() -> int:
    """Work until the connection is closed."""
    parser = argparse.ArgumentParser(prog="hearth-files", description=__doc__)
    parser.add_argument("--network-is-shut", action="store_true", help="systemd has taken the network away")
    chosen = parser.parse_args()
    log_to_journal("hearth-files", "INFO")
    connection = socket.socket(fileno=os.dup(0))
    # What a library reads from its standard input is nothing.
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123  a descriptor is what is wanted
        os.dup2(nothing.fileno(), 0)
    with connection, suppress(worker.Gone):
        worker.serve(connection, network_is_shut=chosen.network_is_shut)
    return 0


if __name__ == "__main__":
    sys.exit(main())
