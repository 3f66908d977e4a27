"""The public tree answers to several names and is routed under one."""

import pytest

from appliance.http.controllers import canonical


@pytest.mark.parametrize(
    ("called", "routed"),
    [
        ("/api/v10/guilds/5", "/api/v10/guilds/5"),
        ("/api/v9/guilds/5", "/api/v10/guilds/5"),
        ("/api/guilds/5", "/api/v10/guilds/5"),
        ("/api/v9/", "/api/v10/"),
        # No version of it has another one below itself, and our own tree is nobody's alias.
        ("/api/v10/v9/guilds/5", "/api/v10/v9/guilds/5"),
        ("/api/v8/guilds/5", "/api/v10/v8/guilds/5"),
        ("/api/hearth/v1/info", "/api/hearth/v1/info"),
        ("/apiguilds/5", "/apiguilds/5"),
        ("/assets/api/x", "/assets/api/x"),
        ("/", "/"),
    ],
)
def test_the_public_tree_is_routed_under_one_name(called: str, routed: str) -> None:
    assert canonical(called) == routed
    assert canonical(routed) == routed
