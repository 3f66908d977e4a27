"""The shape of a bot's token, and of the username made from its name."""

import base64
import re

from hypothesis import given
from hypothesis import strategies as st

from appliance.accounts import names
from appliance.bots import tokens
from appliance.bots.service import username_for
from appliance.errors import Invalid
from appliance.ids import MAX_ID, AccountId


@given(st.integers(1, MAX_ID))
def test_a_library_reads_the_id_out_of_a_token(bot_id: int) -> None:
    token = tokens.make(AccountId(bot_id))

    first, middle, secret = token.split(".")

    # The padding as hikari adds it, with the plain alphabet.
    assert int(base64.b64decode(first + "=" * (len(first) % 4))) == bot_id
    assert (len(middle), len(secret)) == (tokens.MIDDLE_LENGTH, tokens.SECRET_LENGTH) == (6, 43)
    assert re.fullmatch(r"[\w-]{24,28}\.[\w-]{6}\.[\w-]{38,}", tokens.make(AccountId(MAX_ID)))
    assert token != tokens.make(AccountId(bot_id))


@given(st.text(min_size=1, max_size=32))
def test_every_name_for_a_bot_makes_a_username(text: str) -> None:
    try:
        name = names.display_name(text)
    except Invalid:
        return

    username = username_for(name)

    assert names.username(username) == username
