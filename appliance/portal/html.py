"""A page's frame: filling in with escaping, the look, and the one document that every answer is.

The look is the portal's part of the design's tokens, inlined: a captive assistant loads one document and keeps nothing.
"""

import html
from functools import cache

from appliance.http import logo

_STYLE = """
:root{color-scheme:dark;--a:#141d1d;--b:#1d2625;--l:#252e2e;--r:#717d7d;--s:#f6f3ec;--t:#dcd9d2;--m:#b2b0a7;--e:#f7934b;--h:#fea660;--o:#241208;--k:#f7ad6e;--w:#412819;--v:#fac897;--d:#411e21;--x:#f89194;--f:#80cffd;--c:#313b3a}
@media(prefers-color-scheme:light){:root{color-scheme:light;--a:#fcfdfa;--b:#f2f5f1;--l:#dadfdb;--r:#78837f;--s:#121e1f;--t:#2b3737;--m:#495556;--e:#b1490c;--h:#a24005;--o:#fff;--k:#973c06;--w:#fbe8d8;--v:#7f3206;--d:#fee8e7;--x:#b51b34;--f:#066ead;--c:#dbe0db}}
*{box-sizing:border-box}body{margin:0;background:var(--a);color:var(--t);font:15px/1.35 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1,h2,p,ol,li,fieldset{margin:0;padding:0;border:0;min-width:0}ol{list-style:none}h1,h2,b{color:var(--s);font-weight:600}h1{font-size:27px;line-height:1.2;overflow-wrap:anywhere}
main{max-width:30rem;min-height:100vh;margin:0 auto;padding:20px 16px calc(20px + env(safe-area-inset-bottom,0px));display:flex;flex-direction:column;gap:16px}
.top{display:flex;align-items:center;gap:8px;font-weight:600;color:var(--s)}.top svg{width:28px;fill:var(--e)}.top p{margin-inline-start:auto;font-size:13px;font-weight:400}
.m,.top p{color:var(--m)}.s{font-size:13px;color:var(--m)}form,.g{display:grid;gap:16px}.f{display:grid;gap:4px}label,legend,.n b{font-size:13px;font-weight:600;color:var(--s)}
input,select,button{font:inherit;color:inherit}.i{width:100%;min-height:44px;padding:0 12px;border-radius:9px;background:var(--b);border:1px solid var(--r);color:var(--s);font-size:16px}
.i[aria-invalid]{border:2px solid var(--x)}.e{color:var(--x);font-size:13px}
.p,.q{min-height:44px;padding:8px 16px;border:0;border-radius:9px;width:100%;text-align:center;font-weight:600;background:var(--e);color:var(--o);cursor:pointer}.p:hover{background:var(--h)}.q{background:var(--c);color:var(--s)}a.p,a.q{display:grid;align-content:center;text-decoration:none}
.y{padding:0;border:0;background:none;color:var(--k);text-decoration:underline;text-underline-offset:.18em;font-size:13px;min-height:44px;cursor:pointer}a{color:var(--k);text-underline-offset:.18em}
.j{display:flex;justify-content:space-between;gap:16px;margin-top:auto;font-size:13px}.j a{display:inline-flex;align-items:center;min-height:44px}.z{margin-top:auto}
:focus-visible{outline:0;box-shadow:0 0 0 2px var(--a),0 0 0 4px var(--f)}
.u{border-radius:14px;background:var(--b);box-shadow:inset 0 0 0 1px var(--l)}.u label{display:flex;align-items:center;gap:12px;min-height:48px;padding:4px 16px 4px 12px;font-size:15px;font-weight:400;color:var(--t)}.u label+label{border-top:1px solid var(--l)}
.u input{appearance:none;-webkit-appearance:none;width:20px;height:20px;margin:0;flex:none;border-radius:50%;border:2px solid var(--r)}.u input:checked{border:6px solid var(--e)}.u input:checked~span:first-of-type{color:var(--s);font-weight:600}.u small{color:var(--m);font-size:12px;max-width:9rem;text-align:end}
.w{flex:1;min-width:0;overflow-wrap:anywhere}.u svg{width:16px;height:16px;flex:none;fill:currentColor}.u .k{fill:none;stroke:var(--m);stroke-width:1.9}.h{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.n{padding:12px 16px;border-radius:9px;font-size:13px;background:var(--d)}.l{display:grid;gap:12px;counter-reset:s}.l li{counter-increment:s;display:grid;grid-template-columns:28px minmax(0,1fr);gap:12px}
.l li:before{content:counter(s);display:grid;place-items:center;height:28px;border-radius:50% 50% 27% 27%;background:var(--w);color:var(--v);font-weight:600;font-size:13px}h2{font-size:15px;padding-top:3px}
.a{font-size:21px;font-weight:600}.a a{display:inline-flex;align-items:center;min-height:44px}.x{display:flex;align-items:center;gap:16px;padding:12px}.r{background:#fff;padding:12px;border-radius:14px;width:152px;flex:none}.r svg{display:block;width:100%;height:auto}
.v{width:28px;height:28px;border-radius:50%;border:3px solid var(--c);border-top-color:var(--e);animation:v 1s linear infinite}@keyframes v{to{rotate:1turn}}@media(prefers-reduced-motion:reduce){.v{animation:none}}
@supports selector(:has(a)){form:not(:has([value=""]:checked)) .o{display:none}}
"""


class Html(str):
    """Text that is HTML already; everything else is escaped when it is filled in."""

    __slots__ = ()


def fill(template: str, **values: str) -> Html:
    """The template with its `{names}` filled in; only what is `Html` goes in as it is."""
    return Html(template.format(**{name: escape(value) for name, value in values.items()}))


def escape(value: str) -> Html:
    """Text as HTML shows it."""
    return value if isinstance(value, Html) else Html(html.escape(value))


def join(parts: list[Html]) -> Html:
    """Parts, one after the other."""
    return Html("".join(parts))


@cache
def style() -> Html:
    """The look, on one line."""
    return Html("".join(_STYLE.splitlines()))


def page(language: str, title: str, step: str, body: Html, refresh: int = 0) -> bytes:
    """The whole document; with `refresh` it asks for itself again after so many seconds."""
    again = Html(f'<meta http-equiv="refresh" content="{refresh};url=/">') if refresh else Html("")
    return fill(
        '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">{again}'
        "<title>{title}</title><style>{style}</style></head><body><main>"
        '<header class="top"><svg viewBox="0 0 32 32" aria-hidden="true"><path fill-rule="evenodd" d="{mark}"/></svg>Hearth'
        "<p>{step}</p></header>{body}</main></body></html>",
        language=language, again=again, title=title, style=style(), mark=logo.PATH, step=step, body=body,
    ).encode()  # fmt: skip
