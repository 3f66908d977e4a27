"""How much of a request is taken, by its route."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.http.body_limits import JSON_BYTES, SIGN_IN_BYTES, body_limit


@pytest.mark.parametrize(
    "target",
    [
        "/api/hearth/v1/auth/login",
        "/api/hearth/v1/auth/register?x=/api/v10/channels/1/messages",
        "/api/hearth/v1/auth/login/",
        "/api/hearth/v1//auth/login",
        "/api/hearth/v1/%61uth/login",
        "https://box.local/api/hearth/v1/auth/login",
        "/api/hearth/v1/setup",
    ],
)
def test_a_sign_in_is_small_however_its_path_is_written(target: str) -> None:
    assert body_limit("POST", target) == SIGN_IN_BYTES


@pytest.mark.parametrize(
    "target", ["/api/v10/channels/1/messages", "/", "*", "http://[", "/api/hearth/v1/authors"]
)
def test_what_has_no_limit_of_its_own_has_that_of_json(target: str) -> None:
    assert body_limit("POST", target) == JSON_BYTES


@given(st.text(), st.text())
def test_any_target_has_a_limit(method: str, target: str) -> None:
    assert 0 < body_limit(method, target) <= JSON_BYTES
