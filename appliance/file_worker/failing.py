"""Why a job has no result although the worker lives."""

from typing import ClassVar

from appliance.file_worker.protocol import Reason


class JobFailed(Exception):
    """Base; `reason` is what the server is told."""

    reason: ClassVar[Reason]


class CannotUnderstand(JobFailed):
    """The file is not what it begins like, or is damaged."""

    reason: ClassVar[Reason] = "not_understood"


class TooLarge(JobFailed):
    """It says of itself that it takes more memory or time than this box gives."""

    reason: ClassVar[Reason] = "too_large"


class HardwareFailed(JobFailed):
    """The board's encoder did not do it; software may."""

    reason: ClassVar[Reason] = "hardware"


class Damaged(Exception):
    """The file is not built as its format asks."""
