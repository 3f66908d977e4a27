"""What HTTP itself refuses, before or beside the application."""

from appliance.errors import ApplianceError, Invalid, Unavailable


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
