"""The server over TLS with a folder of files behind it: `python -m benchmarks.file_server FOLDER PORT FILES`.

Uploads are hashed, and durable when they are answered, as those of a box are; what a box has besides (rows, quotas, signatures)
costs once for a file and nothing for a byte.
"""

import sys
import time
from pathlib import Path

import uvloop

from appliance.files.incoming import IncomingFile
from appliance.http.files import ServedFile
from appliance.network import certificates
from appliance.network.tls import ServerTls
from benchmarks.chat_server import serve


class FolderUpload:
    """Starts anew each time: `length` is how long the name says that it will be."""

    def __init__(self, file: Path, length: int) -> None:
        file.unlink(missing_ok=True)
        self._file = IncomingFile.open(file, 0, None)
        self.offset, self.length, self.expires_at = 0, length, time.time() + 3600

    def write(self, piece: memoryview) -> None:
        """Write and hash."""
        self._file.write(piece)
        self.offset = self._file.offset

    def sync(self) -> None:
        """Make it durable."""
        self._file.sync()

    async def note(self) -> None:
        """A row's update, once in 8 MiB."""

    async def finish(self) -> None:
        """Say which bytes came."""
        sys.stdout.write(f"{self._file.hash.digest().hex()}\n")
        sys.stdout.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Folder:
    """Serves `/files/NAME`, and takes uploads whose id ends in their length."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def find(self, path: str, query: str) -> ServedFile | None:
        """A file of the folder."""
        name = path.rpartition("/")[2]
        return None if query else ServedFile(self._path / name, name, "application/octet-stream", name)

    async def open_upload(self, upload_id: str) -> FolderUpload:
        """One that nothing has come of yet."""
        return FolderUpload(self._path / upload_id, int(upload_id.rpartition("-")[2]))

    async def drop_upload(self, upload_id: str) -> None:
        """Leave it."""
        (self._path / upload_id).unlink()


def main(folder: Path, port: int, files: Path) -> None:
    """Until SIGTERM."""
    context = ServerTls(certificates.ensure(folder / "tls", "hearth", [])).context
    uvloop.run(serve(folder, port, context, Folder(files)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
