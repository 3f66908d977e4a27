"""Every sentence of the portal, in every language it speaks: a language that lacks one does not pass the type check.

`{network}` and the like stand for what is filled in, escaped, when a page is made.
"""

import msgspec

from appliance.portal import countries
from appliance.portal.model import Failure


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language."""

    own_name: str
    countries: dict[str, str]
    setup: str
    step: str
    go_on: str
    back: str
    welcome: str
    welcome_lead: str
    language: str
    country: str
    country_hint: str
    wifi: str
    wifi_lead: str
    nearby: str
    nothing_near: str
    another: str
    another_hint: str
    network_name: str
    locked: str
    newest_lock: str
    free: str
    company: str
    strong: str
    fair: str
    weak: str
    ghz: str
    wifi_word: str
    wifi_word_hint: str
    wifi_word_hint_again: str
    look_again: str
    use_cable: str
    try_again: str
    without_internet: str
    not_joined: str
    failures: dict[Failure, tuple[str, str]]
    household: str
    household_lead: str
    household_label: str
    household_hint: str
    you: str
    you_lead: str
    your_name: str
    your_name_hint: str
    your_word: str
    your_word_hint: str
    make_account: str
    joining: str
    joining_lead: str
    joining_away: str
    joining_here: str
    looking: str
    looking_lead: str
    done: str
    ready: str
    handover_lead: str
    handover_cable: str
    phone_back: str
    phone_back_hint: str
    open_home: str
    or_name: str
    qr: str
    other_phone: str
    other_phone_hint: str
    other_phone_cable: str
    keep: str
    finish: str
    finished: str
    finished_lead: str
    cable: str
    cable_lead: str
    cable_wait: str
    cable_in: str
    code_title: str
    code_lead: str
    code_label: str
    code_hint: str
    code_wrong: str
    code_wait: str
    elsewhere: str
    elsewhere_lead: str
    start_over: str
    start_over_lead: str
    forget_network: str
    forget_network_hint: str
    forget_all: str
    forget_all_hint: str
    resetting: str
    resetting_lead: str
    slip_network: str
    slip_name: str
    slip_word_short: str
    slip_word_missing: str
    slip_country: str
    slips: dict[str, str]


ENGLISH = Words(
    own_name="English",
    countries=countries.ENGLISH,
    setup="Hearth setup",
    step="Step {number} of {all}",
    go_on="Go on",
    back="Back",
    welcome="Welcome home",
    welcome_lead="A few questions, then your box is part of the house.",
    language="Language",
    country="Your country",
    country_hint="Radio rules differ from country to country.",
    wifi="Choose your Wi-Fi",
    wifi_lead="Hearth will live on this network.",
    nearby="Networks nearby",
    nothing_near="No network was found. Look again, or write the name of yours.",
    another="Another network",
    another_hint="For one that hides its name. Capital letters count.",
    network_name="Name of the network",
    locked="with a password",
    newest_lock="with a password, WPA3",
    free="without a password",
    company="asks for a user name, which Hearth cannot give",
    strong="Strong",
    fair="Fair",
    weak="Weak",
    ghz="{bands} GHz",
    wifi_word="Wi-Fi password",
    wifi_word_hint="Shown so you can check it. It stays on the box.",
    wifi_word_hint_again="Often on a sticker under the router.",
    look_again="Look again",
    use_cable="Use a cable instead",
    try_again="Try again",
    without_internet="Join it without the internet",
    not_joined="Not joined yet",
    failures={
        Failure.WRONG_PASSWORD: (
            "{network} did not accept the password.",
            "Check it and try again. Capital letters count.",
        ),
        Failure.MAYBE_PASSWORD: (
            "{network} sent the box away.",
            "Most often the password is not right. Check it and try again. Capital letters count.",
        ),
        Failure.NOT_FOUND: (
            "{network} was not found.",
            "Is the router on, and near enough? Check how its name is written.",
        ),
        Failure.NO_ADDRESS: (
            "{network} gave the box no address.",
            "The password is right. Restart the router, then try again.",
        ),
        Failure.NO_INTERNET: (
            "{network} does not lead to the internet.",
            "The password is right. Look at the router, or join it as it is: Hearth works inside the house.",
        ),
        Failure.REFUSED: (
            "{network} did not let the box in.",
            "Check the password. Some routers let in only devices that they know.",
        ),
        Failure.TOO_SLOW: (
            "{network} did not answer in time.",
            "Put the box nearer to the router, then try again.",
        ),
    },
    household="Name your household",
    household_lead="Everybody here will see it.",
    household_label="Name of the household",
    household_hint="The street, the family, whatever you call it.",
    you="And you?",
    you_lead="The first account looks after the box. The others come by your invite.",
    your_name="Your name",
    your_name_hint="To sign in with: letters, digits and _",
    your_word="A password for Hearth",
    your_word_hint="At least 8 characters, not the one of the Wi-Fi.",
    make_account="Make my account",
    joining="Joining {network}",
    joining_lead="This takes up to half a minute. The page goes on by itself.",
    joining_away="The setup network goes away meanwhile. If this phone leaves it, join {setup} again: the answer waits there.",
    joining_here="Stay on the setup network.",
    looking="Looking round",
    looking_lead="The setup network goes away for some seconds. If this phone leaves it, join {setup} again.",
    done="Done",
    ready="{household} is ready",
    handover_lead="Hearth has joined {network}. Two things left:",
    handover_cable="Hearth is connected by its cable.",
    phone_back="Put this phone back on {network}",
    phone_back_hint="In the phone's Wi-Fi settings. The setup network closes a minute after you finish.",
    open_home="Open your new home",
    or_name="or {name} on most devices",
    qr="QR code of this address",
    other_phone="On another phone?",
    other_phone_hint="Join {network} and scan this with its camera.",
    other_phone_cable="Scan this with its camera, in the same house.",
    keep="Take a picture of this screen. You will not need anything else.",
    finish="Finish and close setup",
    finished="Setup is closed",
    finished_lead="Put this phone back on your Wi-Fi and open {address}",
    cable="Use a cable",
    cable_lead="Put one end into the box and the other into your router.",
    cable_wait="Waiting for the cable. The page goes on by itself.",
    cable_in="The cable is in. Go on here; no Wi-Fi is needed.",
    code_title="Is this your box?",
    code_lead="Setup is open to whoever stands before the box.",
    code_label="Code",
    code_hint="On the box's label, or on the screen that is plugged into it.",
    code_wrong="This is not the code. Check it and try again.",
    code_wait="Too many tries. Wait a minute, then try again.",
    elsewhere="Setup goes on elsewhere",
    elsewhere_lead="Somebody is setting this box up on its own network.",
    start_over="Start over",
    start_over_lead="This box has people already. Choose a new Wi-Fi, or begin anew.",
    forget_network="Forget the Wi-Fi, keep everything else",
    forget_network_hint="Accounts, messages and files stay.",
    forget_all="Delete everything",
    forget_all_hint="Accounts, messages and files of everybody are gone for good.",
    resetting="Now pull the plug",
    resetting_lead="Wait five seconds and put it back. The box does what you chose while it starts.",
    slip_network="Choose a network, or write its name.",
    slip_name="A network's name has at most 32 letters.",
    slip_word_short="A Wi-Fi password has 8 to 63 characters.",
    slip_word_missing="This network has a password.",
    slip_country="Choose your country.",
    slips={},
)

GERMAN = Words(
    own_name="Deutsch",
    countries=countries.GERMAN,
    setup="Hearth einrichten",
    step="Schritt {number} von {all}",
    go_on="Weiter",
    back="Zurück",
    welcome="Willkommen zu Hause",
    welcome_lead="Ein paar Fragen, dann gehört die Box zum Haus.",
    language="Sprache",
    country="Dein Land",
    country_hint="Jedes Land hat eigene Regeln für Funk.",
    wifi="Wähle dein WLAN",
    wifi_lead="In diesem Netz wird Hearth wohnen.",
    nearby="Netze in der Nähe",
    nothing_near="Kein Netz gefunden. Sieh noch einmal nach oder schreib den Namen deines Netzes.",
    another="Ein anderes Netz",
    another_hint="Für ein Netz, das seinen Namen verbirgt. Groß und klein zählt.",
    network_name="Name des Netzes",
    locked="mit Passwort",
    newest_lock="mit Passwort, WPA3",
    free="ohne Passwort",
    company="verlangt einen Benutzernamen, den Hearth nicht geben kann",
    strong="Stark",
    fair="Mittel",
    weak="Schwach",
    ghz="{bands} GHz",
    wifi_word="WLAN-Passwort",
    wifi_word_hint="Sichtbar, damit du es prüfen kannst. Es bleibt auf der Box.",
    wifi_word_hint_again="Steht oft auf einem Aufkleber unter dem Router.",
    look_again="Noch einmal suchen",
    use_cable="Lieber ein Kabel",
    try_again="Noch einmal versuchen",
    without_internet="Ohne Internet verbinden",
    not_joined="Noch nicht verbunden",
    failures={
        Failure.WRONG_PASSWORD: (
            "{network} hat das Passwort nicht angenommen.",
            "Prüfe es und versuch es noch einmal. Groß und klein zählt.",
        ),
        Failure.MAYBE_PASSWORD: (
            "{network} hat die Box weggeschickt.",
            "Meist stimmt dann das Passwort nicht. Prüfe es und versuch es noch einmal. Groß und klein zählt.",
        ),
        Failure.NOT_FOUND: (
            "{network} wurde nicht gefunden.",
            "Ist der Router an und nah genug? Prüfe, wie der Name geschrieben wird.",
        ),
        Failure.NO_ADDRESS: (
            "{network} hat der Box keine Adresse gegeben.",
            "Das Passwort stimmt. Starte den Router neu und versuch es noch einmal.",
        ),
        Failure.NO_INTERNET: (
            "{network} führt nicht ins Internet.",
            "Das Passwort stimmt. Sieh nach dem Router, oder verbinde so: Im Haus geht Hearth auch ohne.",
        ),
        Failure.REFUSED: (
            "{network} hat die Box nicht hineingelassen.",
            "Prüfe das Passwort. Manche Router lassen nur Geräte hinein, die sie kennen.",
        ),
        Failure.TOO_SLOW: (
            "{network} hat nicht rechtzeitig geantwortet.",
            "Stell die Box näher an den Router und versuch es noch einmal.",
        ),
    },
    household="Wie heißt euer Zuhause?",
    household_lead="Alle hier werden es sehen.",
    household_label="Name des Zuhauses",
    household_hint="Die Straße, die Familie, wie immer ihr es nennt.",
    you="Und du?",
    you_lead="Das erste Konto sorgt für die Box. Die anderen kommen mit deiner Einladung.",
    your_name="Dein Name",
    your_name_hint="Zum Anmelden: Buchstaben, Ziffern und _",
    your_word="Ein Passwort für Hearth",
    your_word_hint="Mindestens 8 Zeichen, nicht das vom WLAN.",
    make_account="Mein Konto anlegen",
    joining="Verbinde mit {network}",
    joining_lead="Das dauert bis zu einer halben Minute. Die Seite geht von selbst weiter.",
    joining_away="Das Einrichtungsnetz verschwindet solange. Verlässt dieses Telefon es, geh wieder in {setup}: Dort wartet die Antwort.",
    joining_here="Bleib im Einrichtungsnetz.",
    looking="Sehe mich um",
    looking_lead="Das Einrichtungsnetz verschwindet für ein paar Sekunden. Verlässt dieses Telefon es, geh wieder in {setup}.",
    done="Fertig",
    ready="{household} ist bereit",
    handover_lead="Hearth ist jetzt in {network}. Noch zwei Dinge:",
    handover_cable="Hearth hängt an seinem Kabel.",
    phone_back="Bring dieses Telefon zurück in {network}",
    phone_back_hint="In den WLAN-Einstellungen des Telefons. Das Einrichtungsnetz schließt eine Minute, nachdem du fertig bist.",
    open_home="Öffne dein neues Zuhause",
    or_name="oder {name} auf den meisten Geräten",
    qr="QR-Code dieser Adresse",
    other_phone="Auf einem anderen Telefon?",
    other_phone_hint="Geh in {network} und scanne das mit seiner Kamera.",
    other_phone_cable="Scanne das mit seiner Kamera, im selben Haus.",
    keep="Mach ein Foto von diesem Bildschirm. Mehr brauchst du nicht.",
    finish="Fertig, Einrichtung schließen",
    finished="Die Einrichtung ist zu",
    finished_lead="Bring dieses Telefon zurück in dein WLAN und öffne {address}",
    cable="Ein Kabel nehmen",
    cable_lead="Steck ein Ende in die Box und das andere in deinen Router.",
    cable_wait="Warte auf das Kabel. Die Seite geht von selbst weiter.",
    cable_in="Das Kabel steckt. Hier geht es weiter, ohne WLAN.",
    code_title="Ist das deine Box?",
    code_lead="Einrichten darf, wer vor der Box steht.",
    code_label="Code",
    code_hint="Auf dem Aufkleber der Box oder auf dem Bildschirm, der an ihr hängt.",
    code_wrong="Das ist nicht der Code. Prüfe ihn und versuch es noch einmal.",
    code_wait="Zu viele Versuche. Warte eine Minute und versuch es dann noch einmal.",
    elsewhere="Die Einrichtung läuft anderswo",
    elsewhere_lead="Jemand richtet diese Box gerade über ihr eigenes Netz ein.",
    start_over="Neu anfangen",
    start_over_lead="In dieser Box wohnt schon jemand. Wähle ein neues WLAN oder fang von vorn an.",
    forget_network="WLAN vergessen, alles andere behalten",
    forget_network_hint="Konten, Nachrichten und Dateien bleiben.",
    forget_all="Alles löschen",
    forget_all_hint="Konten, Nachrichten und Dateien von allen sind dann für immer weg.",
    resetting="Zieh jetzt den Stecker",
    resetting_lead="Warte fünf Sekunden und steck ihn wieder ein. Beim Starten tut die Box, was du gewählt hast.",
    slip_network="Wähle ein Netz oder schreib seinen Namen.",
    slip_name="Der Name eines Netzes hat höchstens 32 Buchstaben.",
    slip_word_short="Ein WLAN-Passwort hat 8 bis 63 Zeichen.",
    slip_word_missing="Dieses Netz hat ein Passwort.",
    slip_country="Wähle dein Land.",
    slips={
        "household": "Ein Name aus 2 bis 100 sichtbaren Zeichen.",
        "username": "2 bis 32 Buchstaben, Ziffern oder _, keine Leerzeichen.",
        "password": "Mindestens 8 Zeichen, und keines, das man leicht errät.",
    },
)

LANGUAGES = {"en": ENGLISH, "de": GERMAN}


def language(accepted: str) -> str:
    """The first language of an Accept-Language header that the portal speaks, else English (RFC 9110, 12.5.4)."""
    for part in accepted.split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in LANGUAGES:
            return code
    return "en"


def country(accepted: str) -> str | None:
    """The first country that an Accept-Language header names, to be shown as chosen already."""
    for part in accepted.split(","):
        _, _, region = part.split(";")[0].strip().partition("-")
        if region.upper() in countries.ENGLISH:
            return region.upper()
    return None
