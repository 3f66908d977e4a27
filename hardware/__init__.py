"""The board under the box: probes and reports that run without the server."""
