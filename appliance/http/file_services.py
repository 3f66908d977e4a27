"""Everything below `/files/` of a port: downloads and uploads, and the threads that wait for the disk for them."""

import logging
from concurrent.futures import ThreadPoolExecutor

from appliance.errors import ApplianceError
from appliance.http.connection_line import Line
from appliance.http.downloads import Downloads
from appliance.http.errors import MethodNotAllowed
from appliance.http.files import UPLOADS, FileStore
from appliance.http.request_parser import Request
from appliance.http.uploads import Uploads

log = logging.getLogger(__name__)

# Their own, so that a sleepy card keeps nobody else waiting for a thread.
_THREADS = 4


class FileServices:
    """Use `serve` for each request, and `close` in the end."""

    def __init__(self, store: FileStore) -> None:
        self._disk = ThreadPoolExecutor(_THREADS, thread_name_prefix="files")
        self._downloads = Downloads(store, self._disk)
        self._uploads = Uploads(store, self._disk)

    async def serve(self, request: Request, early: bytes, line: Line) -> None:
        """Answer a request; `early` is what came of its body with its head.

        Raises `ApplianceError` before anything is answered, and `ConnectionError` if it cannot be answered to its end.
        """
        try:
            await self._answer(request, early, line)
        except (ConnectionError, ApplianceError):
            raise
        except Exception:
            # The outermost frame of a request: a disk that fails, or a defect of ours.
            log.exception("%s of a file failed", request.method)
            raise ConnectionResetError from None

    async def _answer(self, request: Request, early: bytes, line: Line) -> None:
        if request.target.startswith(UPLOADS):
            await self._uploads.serve(request, early, line)
        elif request.method in {"GET", "HEAD"}:
            await self._downloads.serve(request, line)
        else:
            raise MethodNotAllowed

    def close(self) -> None:
        """Nobody asks any more."""
        self._disk.shutdown(wait=False)
