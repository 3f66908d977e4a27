"""The pages for whoever opened setup again: they have the box in their hands."""

from appliance.portal.components import Field, View, field, field_error, form, head
from appliance.portal.html import Html, fill, page


def something_else(view: View, *, may_stay: bool, may_rescue: bool) -> bytes:
    """What there is beside another Wi-Fi."""
    words = view.words
    body = fill(
        '{head}<div class="g">{stay}{forgotten}{over}</div><p class="j"><a href="/wifi">{back}</a></p>',
        head=head(words.something_else, words.something_else_lead), back=words.back,
        stay=fill("{form}{deed}</form>", form=form(view, "/stay"), deed=_deed("<button", "button", words.stay, words.stay_hint))
        if may_stay else Html(""),
        forgotten=_deed('<a href="/forgotten"', "a", words.forgotten, words.forgotten_hint) if may_rescue else Html(""),
        over=_deed('<a href="/over"', "a", words.start_over, words.start_over_hint),
    )  # fmt: skip
    return page(view.language, words.something_else, "", body)


def _deed(begin: str, end: str, what: str, hint: str) -> Html:
    return fill(
        '<div class="f">{begin} class="q">{what}{end}<p class="s">{hint}</p></div>',
        begin=Html(begin), what=what, end=Html(f"</{end}>"), hint=hint,
    )  # fmt: skip


def forgotten(view: View) -> bytes:
    """Who has forgotten their password, and the new one."""
    words = view.words
    body = fill(
        '{head}{form}{name}{password}<button class="p">{go}</button></form><p class="j"><a href="/else">{back}</a></p>',
        head=head(words.forgotten, words.forgotten_lead), form=form(view, "/forgotten"),
        name=field(view, Field("username", words.rescued_name, words.rescued_name_hint, complete="username")),
        password=field(view, Field("password", words.new_word, words.your_word_hint, kind="password", complete="new-password")),
        go=words.renew, back=words.back,
    )  # fmt: skip
    return page(view.language, words.forgotten, "", body)


def renewed(view: View, *, may_stay: bool, may_rescue: bool) -> bytes:
    """What was sent has been looked at, and this page does not tell who lives here; what is left is to close setup."""
    words = view.words
    again = Html("")
    if may_rescue:
        again = fill('<p class="s"><a href="/forgotten">{again}</a></p>', again=words.rescue_again)
    stay = fill(
        '{form}<div class="f"><button class="p">{stay}</button><p class="s">{hint}</p></div></form><p class="j"><a href="/wifi">{other}</a></p>',
        form=form(view, "/stay"), stay=words.stay, hint=words.stay_hint, other=words.wifi,
    )  # fmt: skip
    other = fill('<a class="p" href="/wifi">{other}</a>', other=words.wifi)
    body = fill(
        '<div role="status">{head}</div>{again}{next}',
        head=head(words.renewed, words.renewed_lead), again=again, next=stay if may_stay else other,
    )  # fmt: skip
    return page(view.language, words.renewed, "", body)


def start_over(view: View) -> bytes:
    """Two ways to begin anew."""
    words = view.words
    body = fill(
        '{head}{field_error}{form}<div class="f"><button class="q" name="wipe" value="no">{keep}</button><p class="s">{keep_hint}</p></div>'
        '<div class="f"><button class="q" name="wipe" value="yes">{all}</button><p class="s">{all_hint}</p></div></form>'
        '<p class="j"><a href="/else">{back}</a></p>',
        head=head(words.start_over, words.start_over_lead), field_error=field_error(view, "wipe"), form=form(view, "/over"), keep=words.forget_network,
        keep_hint=words.forget_network_hint, all=words.forget_all, all_hint=words.forget_all_hint, back=words.back,
    )  # fmt: skip
    return page(view.language, words.start_over, "", body)


def resetting(view: View) -> bytes:
    """The reset is asked for; the next start does it."""
    words = view.words
    return page(view.language, words.resetting, "", head(words.resetting, words.resetting_lead))
