"""Which links of a text get a card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.messages.links import MOST, previewed

A, B = "https://a.example/", "https://b.example/"
CASES: dict[str, tuple[str, ...]] = {
    A: (A,),
    f"See {A}, {B}.": (A, B),
    f"{B} {A} {B}#again": (B, A),
    f"[words]({A})": (A,),
    f"> {A}": (A,),
    f"# {A}": (A,),
    f"**{A}** _{B}_": (A, B),
    f"({A})": (A,),
    f"<{A}>": (),
    f"<{A}> {A}": (A,),
    f"<{A} x>": (A,),
    f"`{A}`": (),
    f"```\n{A}\n```": (),
    f"```\n{A}": (),
    f"||{A}||": (),
    f"||x {A}\ny|| {B}": (B,),
    f"|| {A}": (A,),
    f"{A} ||": (A,),
    f"|| || {A} ||": (),
    f"||||{A}||||": (),
    f"||x|| {A} ||y||": (A,),
    f"\\||{A}||": (A,),
    f"||`||`{A}||": (),
    f"<||x||{A}>": (A,),
    "mailto:a@example.org [x](mailto:a@example.org)": (),
    "http://nas.local/ http://localhost/ ftp://a.example/": (),
    "example.org www.example.org": (),
    "": (),
}  # fmt: skip


@pytest.mark.parametrize(("text", "addresses"), CASES.items())
def test_what_is_seen_as_a_link_gets_a_card(text: str, addresses: tuple[str, ...]) -> None:
    assert tuple(previewed(text)) == addresses


def test_five_are_enough() -> None:
    assert len(previewed(" ".join(f"https://{n}.example.org/" for n in range(9)))) == MOST


PIECES = st.sampled_from(
    [A, B, "||", "|", "`", "```", "<", ">", "\n", " ", "**", "\\", "(", ")", "[x]", "> ", "x"]
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_every_card_is_of_an_address_in_the_text(text: str) -> None:
    found = previewed(text)
    assert len(found) == len(set(found)) <= MOST
    assert all(one.startswith(("https://a.example/", "https://b.example/")) for one in found)
