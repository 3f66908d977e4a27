"""What several pages are put together from."""

from collections.abc import Mapping

import msgspec

from appliance.portal.catalogue import Catalogue
from appliance.portal.html import Html, fill
from appliance.portal.languages import LANGUAGES


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What every page needs: the language, the form's key, and what was not right in what was sent last."""

    language: str
    csrf_token: str
    field_errors: Mapping[str, str] = {}
    typed: Mapping[str, str] = {}

    @property
    def texts(self) -> Catalogue:
        return LANGUAGES[self.language]


class Field(msgspec.Struct, frozen=True):
    """One line to type in; `complete` is what the phone may fill in, `more` a class of the look."""

    name: str
    label: str
    hint: str
    value: str = ""
    kind: str = "text"
    complete: str = "off"
    invalid: bool = False
    more: str = ""


def head(title: str, lead: str) -> Html:
    """The heading, and a sentence below it if there is one."""
    return fill("<div><h1>{title}</h1>{lead}</div>", title=title, lead=paragraph("m", lead))


def paragraph(kind: str, text: str) -> Html:
    """A paragraph of this look; nothing for an empty text."""
    return fill('<p class="{kind}">{text}</p>', kind=kind, text=text) if text else Html("")


def form(view: View, action: str, kind: str = "") -> Html:
    """The beginning of a form; whoever asks for it closes it."""
    return fill(
        '<form method="post" action="{action}"{kind}><input type="hidden" name="key" value="{key}">',
        action=action, key=view.csrf_token, kind=fill(' class="{kind}"', kind=kind) if kind else Html(""),
    )  # fmt: skip


def field(view: View, line: Field) -> Html:
    """A line to type in, with its label, its hint and what was not right with it."""
    is_text = line.kind == "text"
    return fill(
        '<div class="f {more}"><label for="{name}">{label}</label><input class="i" id="{name}" name="{name}" type="{kind}" value="{value}" '
        'autocomplete="{complete}" autocapitalize="none" spellcheck="false" aria-describedby="{name}-h"{invalid}>{field_error}'
        '<p class="s" id="{name}-h">{hint}</p></div>',
        name=line.name, label=line.label, hint=line.hint, kind=line.kind, complete=line.complete, more=line.more,
        value=view.typed.get(line.name, line.value) if is_text else "", field_error=field_error(view, line.name),
        invalid=only_if(line.invalid or line.name in view.field_errors, ' aria-invalid="true" autofocus'),
    )  # fmt: skip


def field_error(view: View, name: str) -> Html:
    """What was not right with one field, if anything."""
    text = view.field_errors.get(name, "")
    return fill('<p class="e" role="alert">{text}</p>', text=text) if text else Html("")


def only_if(condition: bool, text: str) -> Html:  # noqa: FBT001  it reads as a question
    """The text, or nothing."""
    return Html(text if condition else "")
