"""The pages for whoever opened setup again: they have the box in their hands."""

from appliance.portal.html import fill, page
from appliance.portal.parts import View, form, head


def start_over(view: View) -> bytes:
    """Two ways to begin anew."""
    words = view.words
    body = fill(
        '{head}{form}<div class="f"><button class="q" name="wipe" value="no">{keep}</button><p class="s">{keep_hint}</p></div>'
        '<div class="f"><button class="q" name="wipe" value="yes">{all}</button><p class="s">{all_hint}</p></div></form>'
        '<p class="j"><a href="/wifi">{back}</a></p>',
        head=head(words.start_over, words.start_over_lead), form=form(view, "/over"), keep=words.forget_network,
        keep_hint=words.forget_network_hint, all=words.forget_all, all_hint=words.forget_all_hint, back=words.back,
    )  # fmt: skip
    return page(view.language, words.start_over, "", body)


def resetting(view: View) -> bytes:
    """The wish is recorded; the next start does it."""
    words = view.words
    return page(view.language, words.resetting, "", head(words.resetting, words.resetting_lead))
