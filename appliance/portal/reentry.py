"""The pages for whoever opened setup again: they have the box in their hands."""

from appliance.portal.components import Field, View, field, field_error, form, head
from appliance.portal.html import Html, fill, page


def something_else(view: View, *, may_stay: bool, may_rescue: bool) -> bytes:
    """What there is beside another Wi-Fi."""
    texts = view.texts
    body = fill(
        '{head}<div class="g">{stay}{forgotten}{over}</div><p class="j"><a href="/wifi">{back}</a></p>',
        head=head(texts.something_else, texts.something_else_lead), back=texts.back,
        stay=fill("{form}{deed}</form>", form=form(view, "/stay"), deed=_deed("<button", "button", texts.stay, texts.stay_hint))
        if may_stay else Html(""),
        forgotten=_deed('<a href="/forgotten"', "a", texts.forgotten, texts.forgotten_hint) if may_rescue else Html(""),
        over=_deed('<a href="/over"', "a", texts.start_over, texts.start_over_hint),
    )  # fmt: skip
    return page(view.language, texts.something_else, "", body)


def _deed(begin: str, end: str, what: str, hint: str) -> Html:
    return fill(
        '<div class="f">{begin} class="q">{what}{end}<p class="s">{hint}</p></div>',
        begin=Html(begin), what=what, end=Html(f"</{end}>"), hint=hint,
    )  # fmt: skip


def forgotten(view: View) -> bytes:
    """Who has forgotten their password, and the new one."""
    texts = view.texts
    body = fill(
        '{head}{form}{name}{password}<button class="p">{go}</button></form><p class="j"><a href="/else">{back}</a></p>',
        head=head(texts.forgotten, texts.forgotten_lead), form=form(view, "/forgotten"),
        name=field(view, Field("username", texts.rescued_name, texts.rescued_name_hint, complete="username")),
        password=field(view, Field("password", texts.new_password, texts.your_password_hint, kind="password", complete="new-password")),
        go=texts.renew, back=texts.back,
    )  # fmt: skip
    return page(view.language, texts.forgotten, "", body)


def renewed(view: View, *, may_stay: bool, may_rescue: bool) -> bytes:
    """What was sent has been looked at, and this page does not tell who lives here; what is left is to close setup."""
    texts = view.texts
    again = Html("")
    if may_rescue:
        again = fill('<p class="s"><a href="/forgotten">{again}</a></p>', again=texts.rescue_again)
    stay = fill(
        '{form}<div class="f"><button class="p">{stay}</button><p class="s">{hint}</p></div></form><p class="j"><a href="/wifi">{other}</a></p>',
        form=form(view, "/stay"), stay=texts.stay, hint=texts.stay_hint, other=texts.wifi,
    )  # fmt: skip
    other = fill('<a class="p" href="/wifi">{other}</a>', other=texts.wifi)
    body = fill(
        '<div role="status">{head}</div>{again}{next}',
        head=head(texts.renewed, texts.renewed_lead), again=again, next=stay if may_stay else other,
    )  # fmt: skip
    return page(view.language, texts.renewed, "", body)


def start_over(view: View) -> bytes:
    """Two ways to begin anew."""
    texts = view.texts
    body = fill(
        '{head}{field_error}{form}<div class="f"><button class="q" name="wipe" value="no">{keep}</button><p class="s">{keep_hint}</p></div>'
        '<div class="f"><button class="q" name="wipe" value="yes">{all}</button><p class="s">{all_hint}</p></div></form>'
        '<p class="j"><a href="/else">{back}</a></p>',
        head=head(texts.start_over, texts.start_over_lead), field_error=field_error(view, "wipe"), form=form(view, "/over"), keep=texts.forget_network,
        keep_hint=texts.forget_network_hint, all=texts.forget_all, all_hint=texts.forget_all_hint, back=texts.back,
    )  # fmt: skip
    return page(view.language, texts.start_over, "", body)


def resetting(view: View) -> bytes:
    """The reset is asked for; the next start does it."""
    texts = view.texts
    return page(view.language, texts.resetting, "", head(texts.resetting, texts.resetting_lead))
