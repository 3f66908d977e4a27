"""What HTTP itself refuses, before or beside the application."""

from appliance.errors import ApplianceError, Conflict, Invalid, NotFound, Unavailable


class NoRequest(ApplianceError):
    status = 400
    key = "no_request"
    message = "This is not a request of a browser."


class RequestTimeout(ApplianceError):
    status = 408
    key = "too_slow"
    message = "The request did not arrive in time. Try again."


class TooLarge(ApplianceError):
    """`limit` in bytes; a sentence says it as `{kibibytes}`."""

    status = 413
    code = 40005
    key = "too_large"
    message = "This is more than the box takes at once here. Send at most {kibibytes} KiB."
    more_facts = ("limit",)

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit, kibibytes=limit // 1024)


class TargetTooLong(ApplianceError):
    status = 414
    key = "address_too_long"
    message = "This address is too long: at most {limit} bytes are read."


class HeadersTooLarge(ApplianceError):
    status = 431
    key = "headers_too_large"
    message = "The headers of this request are too large: at most {limit} bytes are read."


class Busy(Unavailable):
    key = "busy"
    message = "The box has too much to do at the moment. Try again in a few seconds."


class MethodNotAllowed(ApplianceError):
    status = 405
    key = "method_not_allowed"
    message = "This address cannot be used in this way."


class NoSuchAddress(ApplianceError):
    status = 404
    key = "not_found"
    message = "There is nothing at this address."


class Refused(ApplianceError):
    status = 400
    key = "refused"
    message = "This request is not taken."


class NotJson(ApplianceError):
    status = 415
    code = 50035
    key = "not_json"
    message = "Send this as JSON, with the header Content-Type: application/json."


class Malformed(Invalid):
    """The framework could not read the body; `errors` says which fields."""

    message = "Something in what was sent is not right."


class NoSuchFile(NotFound):
    key = "no_such_file"
    message = (
        "This file is gone, or its address has run out. Open the conversation again and take it from there."
    )


class LengthRequired(ApplianceError):
    status = 411
    key = "length_required"
    message = "Say in the header Content-Length how much is sent."


class UnknownTusVersion(ApplianceError):
    status = 412
    key = "unknown_tus_version"
    message = "Uploads are taken as tus 1.0.0 says: send the header Tus-Resumable: 1.0.0."


class NotAPiece(ApplianceError):
    status = 415
    key = "not_a_piece"
    message = "Send a part of a file with the header Content-Type: application/offset+octet-stream."


class UploadHeaderMissing(ApplianceError):
    status = 400
    key = "upload_offset_missing"
    message = "Say in the header Upload-Offset where the upload goes on."


class UploadOffsetWrong(Conflict):
    """`offset` in bytes."""

    key = "upload_offset_wrong"
    message = "This upload goes on at byte {offset}."


class UploadTooLong(ApplianceError):
    """`length` in bytes."""

    status = 413
    key = "upload_too_long"
    message = "This upload was announced with {length} bytes, and this would be more."
