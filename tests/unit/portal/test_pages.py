"""Pages, words and forms, without a server."""

import gzip
import html.parser
import re
import string
from contextlib import suppress
from typing import override

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.accounts import names, passwords
from appliance.errors import Invalid
from appliance.portal import forms, languages, pages, reentry
from appliance.portal.catalogue import Catalogue
from appliance.portal.components import View
from appliance.portal.english import ENGLISH
from appliance.portal.forms import FieldErrors
from appliance.portal.languages import LANGUAGES
from appliance.portal.model import Failure, Network, Security
from appliance.portal.pages import Home, WifiPage
from appliance.text import lines

MOST_BYTES = 8192
NEARBY = [Network(f"Network of Flat {n}".encode(), Security.MIXED, 90 - n, ("2.4", "5")) for n in range(30)]
HOME = Home(
    household="Maple Street", network="Maple-Net", address="192.168.1.42", url="http://192.168.1.42/",
    local_name="hearth.local", local_url="http://hearth.local/",
)  # fmt: skip


def every_page(view: View) -> dict[str, bytes]:
    failed = WifiPage(
        networks=NEARBY, chosen=b"Attic", failed=("Attic", Failure.NO_INTERNET), password="x" * 63
    )
    return {
        "language": pages.language(view, "Step 1 of 4", "PT"),
        "wifi": pages.wifi(view, "Step 2 of 4", WifiPage(networks=NEARBY)),
        "failed": pages.wifi(view, "Step 2 of 2", failed),
        "household": pages.household(view, "Step 3 of 4"),
        "you": pages.you(view, "Step 4 of 4"),
        "joining": pages.joining(view, "Maple-Net", "Hearth-1A2B", away=True),
        "looking": pages.looking(view, "Hearth-1A2B"),
        "handover": pages.handover(view, HOME),
        "finished": pages.finished(view, "192.168.1.42"),
        "cable": pages.cable(view, is_in=False),
        "cable in": pages.cable(view, is_in=True),
        "code": pages.code(view),
        "elsewhere": pages.elsewhere(view),
        "else": reentry.something_else(view, may_stay=True, may_rescue=True),
        "forgotten": reentry.forgotten(view),
        "renewed": reentry.renewed(view, may_stay=True, may_rescue=True),
        "renewed, and nowhere at home": reentry.renewed(view, may_stay=False, may_rescue=False),
        "over": reentry.start_over(view),
        "resetting": reentry.resetting(view),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_small_whole_and_without_script(language: str) -> None:
    for name, page in every_page(View(language=language, csrf_token="k" * 22)).items():
        # The pages with lists are longer; phones take them packed, as they say in every request.
        sent = gzip.compress(page, 6) if name in {"language", "wifi", "failed"} else page
        assert len(sent) <= MOST_BYTES, (name, len(sent))
        text = page.decode()
        assert f'lang="{language}"' in text
        assert "<script" not in text
        assert not re.search(r'(src|href)="?(https?:)?//(?!192|hearth)', text), name
        assert "{" not in re.sub(r"<style>.*</style>", "", text), name


class _Fields(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.described: set[str] = set()
        self.labels: set[str] = set()
        self.inputs: set[str] = set()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        self.ids.add(about.get("id") or "")
        if about.get("aria-describedby"):
            self.described.add(about["aria-describedby"] or "")
        if tag == "label" and about.get("for"):
            self.labels.add(about["for"] or "")
        if tag in {"input", "select"} and about.get("type") not in {"hidden", "radio"}:
            self.inputs.add(about.get("id") or "")


def test_every_field_has_a_label_and_what_describes_it() -> None:
    for name, page in every_page(View(language="en", csrf_token="key")).items():
        fields = _Fields()
        fields.feed(page.decode())
        assert fields.inputs == fields.labels, name
        assert fields.described <= fields.ids, name


@given(st.text(max_size=32), st.text(max_size=63))
def test_names_and_passwords_cannot_become_part_of_a_page(name: str, password: str) -> None:
    view = View(language="en", csrf_token="key")
    network = Network(name.encode("utf-8", "replace"), Security.PSK, 50, ("5",))
    page = pages.wifi(
        view,
        "",
        WifiPage(networks=[network], chosen=network.ssid, failed=(name, Failure.REFUSED), password=password),
    )

    plain = pages.wifi(
        view, "", WifiPage(networks=[network], chosen=network.ssid, failed=("", Failure.REFUSED))
    )
    assert page.count(b"<") <= plain.count(b"<")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_fills_in_what_english_does_and_says_every_failure(language: str) -> None:
    def placeholders(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    own = LANGUAGES[language]
    for field in msgspec.structs.fields(Catalogue):
        text = getattr(own, field.name)
        if isinstance(text, str):
            assert text
            assert placeholders(text) == placeholders(getattr(ENGLISH, field.name)), field.name
    assert set(own.failures) == set(Failure)
    assert set(own.countries) == set(ENGLISH.countries)


@pytest.mark.parametrize(
    ("accepted", "language", "country"),
    [("de-AT,de;q=0.9,en;q=0.8", "de", "AT"), ("pt-PT,en", "en", "PT"), ("", "en", None), ("*", "en", None)],
)
def test_the_phone_says_which_language_and_country_to_begin_with(
    accepted: str, language: str, country: str | None
) -> None:
    assert (languages.language(accepted), languages.country(accepted)) == (language, country)


def test_whatever_is_wrong_with_a_name_is_said_in_german() -> None:
    german = LANGUAGES["de"].field_errors

    # A bad length and a bad letter are one sentence for the field.
    assert {"household", "username"} <= german.keys()
    assert {one.problem_key for one in lines.PROBLEMS.values()} <= german.keys()
    assert {
        one.problem_key for problem, one in names.PROBLEMS.items() if problem not in {"length", "shape"}
    } <= german.keys()
    assert {
        one.problem_key
        for one in vars(passwords).values()
        if isinstance(one, type) and issubclass(one, Invalid)
    } - {""} <= german.keys()


@given(st.binary(max_size=600))
def test_any_body_is_a_form_or_an_empty_one(body: bytes) -> None:
    assert all(isinstance(value, str) for value in forms.read(body).values())


@given(st.dictionaries(st.sampled_from(["network", "name", "password", "offline"]), st.text(max_size=80)))
def test_any_form_is_a_choice_that_fits_a_radio_or_a_field_error(form: dict[str, str]) -> None:
    choice = None
    with suppress(FieldErrors):
        choice = forms.network(form, NEARBY, ENGLISH)

    if choice:
        assert 1 <= len(choice.ssid) <= 32
        assert not choice.password or choice.password.fits_psk or choice.password.fits_sae


def test_a_network_with_a_password_needs_one_and_a_companys_cannot_be_joined() -> None:
    near = [Network(b"Maple-Net", Security.PSK, 50, ("5",)), Network(b"Office", Security.OTHER, 50, ("5",))]

    with pytest.raises(FieldErrors) as missing:
        forms.network({"network": b"Maple-Net".hex()}, near, ENGLISH)
    with pytest.raises(FieldErrors) as company:
        forms.network({"network": b"Office".hex(), "password": "seven-apples-42"}, near, ENGLISH)

    assert list(missing.value.by_field) == ["password"]
    assert list(company.value.by_field) == ["network"]


def test_a_network_that_was_written_is_hidden_unless_the_list_has_it() -> None:
    near = [Network(b"Maple-Net", Security.SAE, 50, ("5",))]

    written = forms.network({"name": " Attic ", "password": "seven-apples-42"}, near, ENGLISH)
    listed = forms.network({"name": "Maple-Net", "password": "short"}, near, ENGLISH)

    assert (written.ssid, written.hidden, written.security) == (b"Attic", True, Security.UNKNOWN)
    assert (listed.hidden, listed.security) == (False, Security.SAE)
