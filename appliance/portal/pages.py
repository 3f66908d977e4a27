"""The pages, one function each: what is known goes in, a whole document comes out. No script, no second request."""

import io

import msgspec
import segno

from appliance.portal.catalogue import Catalogue
from appliance.portal.components import Field, View, field, field_error, form, head, only_if, paragraph
from appliance.portal.html import Html, escape, fill, join, page
from appliance.portal.languages import LANGUAGES
from appliance.portal.model import Failure, Network, Security

_BARS = Html(
    "".join(
        f'<symbol id="b{full}" viewBox="0 0 18 16">'
        + "".join(
            f'<rect x="{5 * bar}" y="{12 - 4 * bar}" width="3" height="{4 + 4 * bar}" rx="1.5"'
            + ("/>" if bar < full else ' fill="var(--r)" opacity=".5"/>')
            for bar in range(4)
        )
        + "</symbol>"
        for full in range(1, 5)
    )
)
# Drawn once and used in every row: a captive assistant is patient with nothing.
_SIGNS = Html(
    '<svg class="h" aria-hidden="true"><symbol id="l" viewBox="0 0 24 24"><rect x="5" y="10.5" width="14" height="10" rx="2.8"/>'
    f'<path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/></symbol>{_BARS}</svg>'
)
_QR_BORDER = 2
_MOST_NETWORKS = 10


def language(view: View, step: str, country: str | None) -> bytes:
    """Language and country."""
    texts = view.texts
    languages = join(
        [
            fill(
                '<label><input type="radio" name="language" value="{code}"{checked}><span lang="{code}">{name}</span></label>',
                code=code, name=other.own_name, checked=only_if(code == view.language, " checked"),
            )
            for code, other in LANGUAGES.items()
        ]
    )  # fmt: skip
    countries = join(
        [
            fill("<option value={code}{chosen}>{name}", code=code, name=name, chosen=only_if(code == country, " selected"))
            for code, name in texts.countries.items()
        ]
    )  # fmt: skip
    body = fill(
        '{head}{form}<fieldset><legend class="h">{language}</legend><div class="u">{languages}</div></fieldset>'
        '<div class="f"><label for="country">{country}</label><select class="i" id="country" name="country" '
        'aria-describedby="ch" required{invalid}><option value="">…{countries}</select>{field_error}'
        '<p class="s" id="ch">{hint}</p></div><button class="p">{go}</button></form>',
        head=head(texts.welcome, texts.welcome_lead), form=form(view, "/language"), language=texts.language,
        languages=languages, country=texts.country, countries=countries, hint=texts.country_hint,
        invalid=only_if("country" in view.field_errors, " aria-invalid=true"), field_error=field_error(view, "country"), go=texts.go_on,
    )  # fmt: skip
    return page(view.language, texts.welcome, step, body)


class WifiPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of networks shows beside the words; `again` that setup was opened once more."""

    networks: list[Network]
    chosen: bytes | None = None
    failed: tuple[str, Failure] | None = None
    password: str = ""
    again: bool = False


def wifi(view: View, step: str, about: WifiPage) -> bytes:
    """The networks nearby, and the password of one."""
    texts = view.texts
    title = texts.not_joined if about.failed else texts.wifi
    near = about.networks[:_MOST_NETWORKS]
    rows = join([_network(texts, network, checked=network.ssid == about.chosen) for network in near])
    other = about.chosen is not None and all(network.ssid != about.chosen for network in near)
    body = fill(
        "{head}{note}{empty}{signs}{form}"
        '<fieldset><legend class="h">{nearby}</legend><div class="u">{rows}<label><input type="radio" name="network" value=""{other}>'
        "<span>{another}</span></label></div>{field_error}</fieldset>{name}{password}"
        '<button class="p">{go}</button>{offline}</form>{foot}',
        head=head(title, "" if about.failed else texts.wifi_lead),
        note=_note(texts, about.failed), empty=paragraph("m", "" if near else texts.nothing_near),
        signs=_SIGNS, form=form(view, "/wifi"), nearby=texts.nearby, rows=rows, another=texts.another,
        other=only_if(other or not near, " checked"), field_error=field_error(view, "network"), name=_name_field(view, about, other=other),
        password=_wifi_password_field(view, about), go=texts.try_again if about.failed else texts.go_on,
        offline=_offline(texts, about.failed), foot=_wifi_foot(view, about),
    )  # fmt: skip
    return page(view.language, title, step, body)


def _network(texts: Catalogue, network: Network, *, checked: bool) -> Html:
    refused = not network.security.can_be_joined
    why = texts.too_old if network.security is Security.WEP else texts.company
    lock = texts.newest_lock if network.security is Security.SAE else texts.locked
    sign = _sign("l", lock, ' class="k"') if network.security.takes_password else Html("")
    return fill(
        '<label><input type="radio" name="network" value="{value}"{checked}{disabled}><span class="w">{name}</span>'
        "<small>{bands}</small>{sign}{bars}</label>",
        value=network.ssid.hex(), name=network.name, checked=only_if(checked and not refused, " checked"),
        disabled=only_if(refused, " disabled"), sign=sign, bars=_bars(texts, network.strength),
        bands=why if refused else texts.ghz.format(bands=" · ".join(network.bands)),
    )  # fmt: skip


def _bars(texts: Catalogue, strength: int) -> Html:
    full = min(4, strength // 25 + 1)
    word = texts.strong if full >= 3 else texts.fair if full == 2 else texts.weak
    return _sign(f"b{full}", word)


def _sign(sign: str, label: str, more: str = "") -> Html:
    return fill(
        '<svg{more} role="img" aria-label="{label}"><use href="#{sign}"/></svg>',
        sign=sign, label=label, more=Html(more),
    )  # fmt: skip


def _name_field(view: View, about: WifiPage, *, other: bool) -> Html:
    texts = view.texts
    typed = about.chosen.decode("utf-8", "replace") if other and about.chosen else ""
    return field(view, Field("name", texts.network_name, texts.another_hint, value=typed, more="o"))


def _wifi_password_field(view: View, about: WifiPage) -> Html:
    texts = view.texts
    hint = texts.wifi_password_hint_again if about.failed else texts.wifi_password_hint
    wrong = about.failed is not None and about.failed[1] in {Failure.WRONG_PASSWORD, Failure.MAYBE_PASSWORD}
    return field(view, Field("password", texts.wifi_password, hint, value=about.password, invalid=wrong))


def _offline(texts: Catalogue, failed: tuple[str, Failure] | None) -> Html:
    if failed is None or failed[1] is not Failure.NO_INTERNET:
        return Html("")
    return fill('<button class="q" name="offline" value="yes">{word}</button>', word=texts.without_internet)


def _wifi_foot(view: View, about: WifiPage) -> Html:
    texts = view.texts
    away, word = ("/else", texts.something_else) if about.again else ("/cable", texts.use_cable)
    return fill(
        '<div class="j">{form}<button class="y">{again}</button></form><a href="{away}">{word}</a></div>',
        form=form(view, "/look"), again=texts.look_again, away=away, word=word,
    )  # fmt: skip


def _note(texts: Catalogue, failed: tuple[str, Failure] | None) -> Html:
    if failed is None:
        return Html("")
    name, failure = failed
    what, then = texts.failures[failure]
    return fill(
        '<p class="n" role="alert"><b>{what}</b> {then}</p>', what=what.format(network=name), then=then
    )


def household(view: View, step: str) -> bytes:
    """The household's name."""
    texts = view.texts
    body = fill(
        '{head}{form}{field}<button class="p">{go}</button></form>',
        head=head(texts.household, texts.household_lead), form=form(view, "/household"),
        field=field(view, Field("household", texts.household_label, texts.household_hint)), go=texts.go_on,
    )  # fmt: skip
    return page(view.language, texts.household, step, body)


def you(view: View, step: str) -> bytes:
    """The first account."""
    texts = view.texts
    body = fill(
        '{head}{form}{name}{password}<button class="p">{go}</button></form>'
        '<p class="j"><a href="/household">{back}</a></p>',
        head=head(texts.you, texts.you_lead), form=form(view, "/you"),
        name=field(view, Field("username", texts.your_name, texts.your_name_hint, complete="username")),
        password=field(view, Field("password", texts.your_password, texts.your_password_hint, kind="password", complete="new-password")),
        go=texts.make_account, back=texts.back,
    )  # fmt: skip
    return page(view.language, texts.you, step, body)


def joining(view: View, network: str, setup: str, *, away: bool) -> bytes:
    """The box is trying; the page asks again by itself."""
    texts = view.texts
    title = texts.joining.format(network=network)
    stay = texts.joining_away.format(setup=setup) if away else texts.joining_here
    return _waiting(view, title, texts.joining_lead, stay)


def looking(view: View, setup: str) -> bytes:
    """The box is looking for networks."""
    texts = view.texts
    return _waiting(view, texts.looking, texts.joining_lead, texts.looking_lead.format(setup=setup))


def _waiting(view: View, title: str, lead: str, more: str) -> bytes:
    body = fill(
        '<div role="status" class="g">{head}<p>{more}</p></div><p class="v"></p>',
        head=head(title, lead),
        more=more,
    )
    return page(view.language, title, "", body, refresh=3)


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """Where the household finds its box from now on; `network` is empty where a cable leads there."""

    household: str
    network: str
    address: str
    url: str
    local_name: str
    local_url: str


def handover(view: View, home: Home) -> bytes:
    """Name, address and QR code, before the phone leaves."""
    texts = view.texts
    title = texts.ready.format(household=home.household)
    lead = texts.handover_lead.format(network=home.network) if home.network else texts.handover_cable
    back = (
        fill(
            '<li><div><h2>{title}</h2><p class="s">{hint}</p></div></li>',
            title=texts.phone_back.format(network=home.network), hint=texts.phone_back_hint,
        )
        if home.network
        else Html("")
    )  # fmt: skip
    local = fill('<a href="{url}">{name}</a>', url=home.local_url, name=home.local_name)
    other = texts.other_phone_hint.format(network=home.network) if home.network else texts.other_phone_cable
    body = fill(
        '{head}<ol class="l" role="list">{back}<li><div><h2>{open}</h2><p class="a"><a href="{url}">{address}</a></p><p class="s">{or_name}</p>'
        '</div></li></ol><section class="u x"><div class="r" role="img" aria-label="{qr}">{code}</div>'
        '<p><b>{other}</b><br><span class="s">{other_hint}</span></p></section><p class="s">{keep}</p>'
        '{form}<button class="p">{finish}</button></form>',
        head=head(title, lead), back=back, open=texts.open_home, url=home.url, address=home.address,
        or_name=Html(escape(texts.or_name).format(name=local)), qr=texts.qr, code=_qr(home.url), other=texts.other_phone,
        other_hint=other, keep=texts.keep, form=form(view, "/finish", "z"), finish=texts.finish,
    )  # fmt: skip
    return page(view.language, title, texts.done, body)


def finished(view: View, address: str) -> bytes:
    """Setup is closed; the phone may go."""
    texts = view.texts
    body = head(texts.finished, texts.finished_lead.format(address=address))
    return page(view.language, texts.finished, texts.done, body)


def cable(view: View, *, is_in: bool) -> bytes:
    """How to do without Wi-Fi."""
    texts = view.texts
    if is_in:
        body = fill(
            '{head}<p class="j"><a href="/">{go}</a></p>',
            head=head(texts.cable, texts.cable_in), go=texts.go_on,
        )  # fmt: skip
        return page(view.language, texts.cable, "", body)
    body = fill(
        '{head}<p class="m" role="status">{wait}</p><p class="j"><a href="/wifi">{back}</a></p>',
        head=head(texts.cable, texts.cable_lead), wait=texts.cable_wait, back=texts.back,
    )  # fmt: skip
    # It comes back to this page, not to the question of the moment.
    return page(view.language, texts.cable, "", body, refresh=5).replace(b';url=/"', b'"', 1)


def code(view: View) -> bytes:
    """What somebody in the house must know to set up a box with a cable."""
    texts = view.texts
    body = fill(
        '{head}{form}{field}<button class="p">{go}</button></form>',
        head=head(texts.code_title, texts.code_lead), form=form(view, "/code"),
        field=field(view, Field("code", texts.code_label, texts.code_hint)), go=texts.go_on,
    )  # fmt: skip
    return page(view.language, texts.code_title, "", body)


def elsewhere(view: View) -> bytes:
    """Somebody else is at it."""
    texts = view.texts
    return page(view.language, texts.elsewhere, "", head(texts.elsewhere, texts.elsewhere_lead), refresh=5)


def _qr(text: str) -> Html:
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=_QR_BORDER, svgclass=None, lineclass=None
    )  # fmt: skip
    return Html(drawn.getvalue().decode())
