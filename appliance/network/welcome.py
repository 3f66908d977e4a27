"""The page on plain HTTP: it explains the certificate to a new phone and leads on to HTTPS.

It holds nothing worth stealing: no form, no script, no cookie. Only `/` explains; every other path is a link that
somebody kept, and goes straight on.
"""

import asyncio
import base64
import html
import plistlib
import uuid
from pathlib import Path
from urllib.parse import quote

from appliance.http import accept_language, logo
from appliance.http.asgi import Headers, Receive, Scope, Send, answer
from appliance.network.addresses import main_address

_PLAIN: Headers = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
_POLICY = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'",
)
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-:[]")

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Hearth</title><style>
:root{{color-scheme:dark light;--a:#0c1414;--b:#1d2625;--t:#dcd9d2;--s:#f6f3ec;--m:#b2b0a7;--e:#f7934b;--o:#241208;--l:#252e2e;--k:#f7ad6e}}
@media(prefers-color-scheme:light){{:root{{--a:#fcfdfa;--b:#f2f5f1;--t:#2b3737;--s:#121e1f;--m:#495556;--e:#b1490c;--o:#fff;--l:#dadfdb;--k:#973c06}}}}
*{{box-sizing:border-box}}body{{margin:0;background:var(--a);color:var(--t);font:16px/1.45 system-ui,sans-serif}}
main{{max-width:30rem;margin:0 auto;padding:20px 16px 40px;display:grid;gap:16px}}h1{{font-size:27px;line-height:1.2;margin:0;color:var(--s)}}
h2{{font-size:17px;margin:0 0 8px;color:var(--s)}}p{{margin:0}}a{{color:var(--k);text-underline-offset:.18em}}
.go{{display:flex;min-height:48px;align-items:center;justify-content:center;border-radius:9px;background:var(--e);color:var(--o);font-weight:600;text-decoration:none}}
section{{background:var(--b);box-shadow:inset 0 0 0 1px var(--l);border-radius:14px;padding:16px}}ol{{margin:0;padding-inline-start:1.3em;display:grid;gap:8px}}
.m{{color:var(--m);font-size:14px}}a.l{{display:inline-flex;min-height:44px;align-items:center}}:focus-visible{{outline:2px solid #80cffd;outline-offset:2px}}
</style></head><body><main>
<svg viewBox="0 0 32 32" width="44" height="44" role="img" aria-label="Hearth"><path fill="var(--e)" fill-rule="evenodd" d="{mark}"/></svg>
{body}</main></body></html>
"""
_BODIES = {
    "en": """<h1>This is your Hearth</h1>
<p>Everything you write and say here stays on the box in your home.</p>
<a class="go" href="{secure}">Open Hearth</a>
<section><h2>Your browser will hesitate once</h2>
<p>The box signs its own certificate, because nobody outside has to know of it. The browser cannot know that and shows a warning:
choose <b>Advanced</b> (or <b>Show details</b>) and go on. To be asked never again, and to let calls work on every phone, trust the box once:</p></section>
<section><h2>iPhone and iPad</h2><ol><li><a class="l" href="/hearth.mobileconfig">Load the profile</a> and allow it.</li>
<li>Settings › General › VPN &amp; Device Management: install it.</li><li>Settings › General › About › Certificate Trust Settings: switch Hearth on.</li></ol></section>
<section><h2>Android</h2><ol><li><a class="l" href="/hearth-ca.crt">Load the certificate</a>.</li>
<li>Settings › Security › More › Install a certificate › CA certificate: choose the file.</li></ol></section>
<section><h2>Computers</h2><p><a class="l" href="/hearth-ca.crt">Load the certificate</a> and add it to your browser's or system's trusted authorities.</p></section>
<p class="m">A phone that trusted the box before and is warned again? The box has made a new certificate: load it once more.</p>
<p class="m">The certificate counts only for names ending in .local and for addresses inside a home. It cannot vouch for anything else.</p>
""",
    "de": """<h1>Das ist dein Hearth</h1>
<p>Was du hier schreibst und sagst, bleibt auf der Box bei dir zu Hause.</p>
<a class="go" href="{secure}">Hearth öffnen</a>
<section><h2>Dein Browser zögert einmal</h2>
<p>Die Box stellt ihr Zertifikat selbst aus, weil niemand draußen davon wissen muss. Das kann der Browser nicht wissen und warnt:
Wähle <b>Erweitert</b> (oder <b>Details einblenden</b>) und geh weiter. Damit er nie wieder fragt und Anrufe auf jedem Telefon gehen, vertrau der Box einmal:</p></section>
<section><h2>iPhone und iPad</h2><ol><li><a class="l" href="/hearth.mobileconfig">Profil laden</a> und erlauben.</li>
<li>Einstellungen › Allgemein › VPN und Geräteverwaltung: installieren.</li><li>Einstellungen › Allgemein › Info › Zertifikatsvertrauenseinstellungen: Hearth einschalten.</li></ol></section>
<section><h2>Android</h2><ol><li><a class="l" href="/hearth-ca.crt">Zertifikat laden</a>.</li>
<li>Einstellungen › Sicherheit › Mehr › Zertifikat installieren › CA-Zertifikat: die Datei auswählen.</li></ol></section>
<section><h2>Computer</h2><p><a class="l" href="/hearth-ca.crt">Zertifikat laden</a> und bei den vertrauenswürdigen Stellen von Browser oder System hinzufügen.</p></section>
<p class="m">Ein Telefon hat der Box schon vertraut und warnt wieder? Dann hat die Box ein neues Zertifikat: Lade es noch einmal.</p>
<p class="m">Das Zertifikat gilt nur für Namen auf .local und für Adressen bei dir zu Hause. Für anderes kann es nicht bürgen.</p>
""",
}


class Welcome:
    """An ASGI application for the plain-HTTP port."""

    def __init__(self, https_port: int, authority: Path) -> None:
        self._https_port = https_port
        self._authority = authority

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Explain at `/`, hand out the certificate, redirect everything else."""
        del receive
        path: str = scope["path"]
        secure = f"https://{self._host(scope)}{'' if self._https_port == 443 else f':{self._https_port}'}"
        if scope["method"] not in {"GET", "HEAD"}:
            await answer(send, 405, [*_PLAIN, (b"allow", b"GET, HEAD")], b"")
        elif path == "/":
            language = accept_language.of_headers(scope["headers"], _BODIES)
            body = _BODIES[language].format(secure=html.escape(secure + "/"))
            page = _PAGE.format(language=language, mark=logo.PATH, body=body)
            await _give(
                send, "text/html; charset=utf-8", page.encode(), [_POLICY, (b"vary", b"accept-language")]
            )
        elif path == "/hearth-ca.crt":
            await _give(send, "application/x-x509-ca-cert", await self._pem(), [])
        elif path == "/hearth.mobileconfig":
            await _give(send, "application/x-apple-aspen-config", mobile_profile(await self._pem()), [])
        else:
            query: bytes = scope["query_string"]
            target = (
                secure
                + quote(path, safe="/@:$!*'(),;=~+&")
                + ("?" + query.decode("latin-1") if query else "")
            )
            await answer(send, 307, [*_PLAIN, (b"location", target.encode("ascii", "ignore"))], b"")

    async def _pem(self) -> bytes:
        # Each time: the authority of a box whose clock was wrong is replaced while we run.
        return await asyncio.to_thread(self._authority.read_bytes)

    @staticmethod
    def _host(scope: Scope) -> str:
        """The name under which we were asked, if it is one at all: it goes into a page and a redirect."""
        for name, value in scope["headers"]:
            if name == b"host":
                host: str = value.decode("latin-1").lower()
                name_only = (
                    host[: host.index("]") + 1]
                    if host.startswith("[") and "]" in host
                    else host.split(":", maxsplit=1)[0]
                )
                if name_only and _HOST_CHARACTERS.issuperset(name_only):
                    return name_only
        return main_address()


def mobile_profile(pem: bytes) -> bytes:
    """An Apple configuration profile that holds the box's authority; its ids follow from the certificate."""
    body = b"".join(line for line in pem.splitlines() if not line.startswith(b"-----"))
    der = base64.b64decode(body)
    inner, outer = (
        str(uuid.uuid5(uuid.NAMESPACE_URL, f"hearth:{part}:{der.hex()}")) for part in ("ca", "profile")
    )
    certificate = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"house.hearth.ca.{inner}",
        "PayloadUUID": inner,
        "PayloadDisplayName": "Hearth at home",
        "PayloadContent": der,
    }
    return plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"house.hearth.{outer}",
            "PayloadUUID": outer,
            "PayloadDisplayName": "Hearth at home",
            "PayloadDescription": "Lets this device trust the Hearth box in your home.",
            "PayloadContent": [certificate],
        }
    )


async def _give(send: Send, kind: str, body: bytes, more: Headers) -> None:
    await answer(send, 200, [*_PLAIN, (b"content-type", kind.encode()), *more], body)
