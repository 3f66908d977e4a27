"""Which page a visitor sees, and what becomes of what they send. The state is on the box: phones here keep nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from appliance.errors import ApplianceError, Invalid
from appliance.portal import forms, languages, pages, reentry
from appliance.portal.components import View
from appliance.portal.effects import Effects
from appliance.portal.forms import FieldErrors, Form
from appliance.portal.founding import Founder
from appliance.portal.pages import WifiPage
from appliance.portal.progress_store import ProgressStore
from appliance.portal.setup_access import ClientNetwork, CodeResult
from appliance.portal.site import Site
from appliance.portal.state_machine import Question, State
from appliance.setup.household import AlreadySetUp, household_name
from appliance.storage.writer import StorageFailed

log = logging.getLogger(__name__)

_PATHS = {
    Question.LANGUAGE: "/language",
    Question.NETWORK: "/wifi",
    Question.HOUSEHOLD: "/household",
    Question.ADMIN: "/you",
}
# Where a page shows what was not right with none of its fields.
_FIELDS = {"/language": "country", "/wifi": "network", "/household": "household", "/over": "wipe"}
_ELSE, _OVER, _FORGOTTEN = "/else", "/over", "/forgotten"


class Screens:
    """Pages out, forms in."""

    def __init__(self, site: Site, effects: Effects, founder: Founder, store: ProgressStore) -> None:
        self._site = site
        self._machine = site.machine
        self._effects = effects
        self._founder = founder
        self._store = store
        self._language: str | None = store.progress().language
        self._field_errors: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
        self._typist = ""
        self._rescuing = asyncio.Lock()
        # Who has sent a name and is to see the answer, once.
        self._answered: set[str] = set()

    # Out

    async def show(self, peer: str, path: str, accepted: str) -> bytes | None:
        """The page at a path for one visitor; None if it is not there for them now, so that they look at `/`."""
        view = self._view(peer, accepted)
        if self._site.network_of(peer) is ClientNetwork.HOME:
            if not self._site.access.is_admitted(peer):
                return pages.code(view) if path == "/" else None
            if self._machine.ap_open or not self._machine.lan:
                return pages.elsewhere(view) if path == "/" else None
        if self._machine.state is not State.ASKING:
            return await self._between(view) if path == "/" else None
        return self._asking(view, peer, path, accepted)

    async def _between(self, view: View) -> bytes:
        """What is seen while nothing is asked."""
        machine = self._machine
        match machine.state:
            case State.HANDOVER:
                return pages.handover(view, self._site.home(await self._founder.household()))
            case State.LEAVING | State.JOINING if machine.choice:
                return pages.joining(
                    view, machine.choice.name, self._effects.setup_name, away=not machine.shares
                )
            case State.RESETTING:
                return reentry.resetting(view)
            case State.LINGERING | State.RETURNING | State.RESTING:
                return pages.finished(view, self._site.home("").address)
            case _:
                return pages.looking(view, self._effects.setup_name)

    def _asking(self, view: View, peer: str, path: str, accepted: str) -> bytes | None:
        question = self._machine.question()
        if path == "/":
            path = _PATHS.get(question, "/") if question else "/"
        if path == "/cable":
            return pages.cable(view, is_in=self._machine.lan is not None)
        if self._machine.reentry and path in {_ELSE, _OVER, _FORGOTTEN}:
            return self._again_asked(view, peer, path)
        # A question whose turn has not come is not there; one that was answered can be answered anew.
        steps = self._steps()
        names = [_PATHS[step] for step in steps]
        if path not in names or (question and names.index(path) > steps.index(question)):
            return None
        number = names.index(path) + 1
        step = view.texts.step.format(number=number, all=len(steps))
        return self._question(view, peer, steps[number - 1], step, accepted)

    def _again_asked(self, view: View, peer: str, path: str) -> bytes | None:
        """What is there only for whoever opened setup again."""
        may_rescue = self._machine.may_rescue(self._effects.now())
        match path:
            case "/over":
                return reentry.start_over(view)
            case "/forgotten" if peer in self._answered and not view.field_errors:
                # The same for a name that is right and one that is not.
                self._answered.discard(peer)
                return reentry.renewed(view, may_stay=self._machine.may_stay, may_rescue=may_rescue)
            case "/forgotten":
                return reentry.forgotten(view) if may_rescue else None
            case _:
                return reentry.something_else(view, may_stay=self._machine.may_stay, may_rescue=may_rescue)

    def _question(self, view: View, peer: str, question: Question, step: str, accepted: str) -> bytes:
        match question:
            case Question.LANGUAGE:
                return pages.language(view, step, self._machine.country or languages.country(accepted))
            case Question.NETWORK:
                return pages.wifi(view, step, self._wifi(peer))
            case Question.HOUSEHOLD:
                return pages.household(view, step)
            case Question.ADMIN:
                return pages.you(view, step)

    def _wifi(self, peer: str) -> WifiPage:
        machine = self._machine
        choice = machine.choice
        own = choice is not None and peer == self._typist
        return WifiPage(
            networks=machine.networks,
            chosen=choice.ssid if choice else None,
            failed=(choice.name, machine.failure) if choice and machine.failure else None,
            # Only whoever typed it sees it again, to put one letter right.
            password=choice.password.reveal() if choice and own else "",
            again=machine.reentry,
        )

    def _steps(self) -> list[Question]:
        wifi = [Question.NETWORK] if self._machine.lan is None or self._machine.reentry else []
        people = [] if self._machine.has_admin else [Question.HOUSEHOLD, Question.ADMIN]
        return [Question.LANGUAGE, *wifi, *people]

    def _view(self, peer: str, accepted: str) -> View:
        field_errors, typed = self._field_errors.pop(peer, ({}, {}))
        language = self._language or languages.language(accepted)
        return View(
            language=language, csrf_token=self._site.access.csrf_token, field_errors=field_errors, typed=typed
        )

    # In

    async def take(self, peer: str, path: str, form: Form, accepted: str) -> str:
        """Do what a form asks for; the path to look at next."""
        view = View(language=self._language or languages.language(accepted), csrf_token="")
        if path == "/code":
            return self._code(view, peer, form)
        if self._site.network_of(peer) is ClientNetwork.HOME and not self._may_answer(peer):
            return "/"
        deed = self._deeds().get(path)
        if deed is None:
            return "/"
        field_errors = await self._field_errors_of(
            deed(view, peer, form), view, _FIELDS.get(path, "password")
        )
        if field_errors:
            return self._again(peer, path, form, field_errors)
        return _FORGOTTEN if path == _FORGOTTEN else "/"

    @staticmethod
    async def _field_errors_of(deed: Awaitable[None], view: View, field: str) -> dict[str, str]:
        """Do it; what was not right with it, by field: with none of them, by this one."""
        try:
            await deed
        except FieldErrors as field_errors:
            return field_errors.by_field
        except Invalid as error:
            known = view.texts.field_errors
            keys = (error.problem_key or error.key, error.field)
            return {error.field: next((known[key] for key in keys if key in known), error.problem)}
        except StorageFailed:
            return {field: view.texts.error_storage}
        except OSError as error:
            log.error("what was sent cannot be kept: %s", error)  # noqa: TRY400  it says it all
            return {field: view.texts.error_storage}
        except ApplianceError as error:
            return {field: str(error)}
        return {}

    def _may_answer(self, peer: str) -> bool:
        return (
            self._site.access.is_admitted(peer)
            and not self._machine.ap_open
            and self._machine.lan is not None
        )

    def _deeds(self) -> dict[str, Callable[[View, str, Form], Awaitable[None]]]:
        return {
            "/language": self._take_language,
            "/wifi": self._take_network,
            "/look": self._take_look,
            "/household": self._take_household,
            "/you": self._take_admin,
            "/finish": self._take_finish,
            _OVER: self._take_over,
            _FORGOTTEN: self._take_forgotten,
            "/stay": self._take_stay,
        }

    def _again(self, peer: str, path: str, form: Form, field_errors: dict[str, str]) -> str:
        shown = {name: value for name, value in form.items() if "password" not in name or path == "/wifi"}
        self._field_errors[peer] = (field_errors, shown)
        return path

    def _code(self, view: View, peer: str, form: Form) -> str:
        result = self._site.access.admit(peer, form.get("code", ""))
        if result is not CodeResult.RIGHT:
            text = view.texts.code_wrong if result is CodeResult.WRONG else view.texts.code_wait
            self._field_errors[peer] = ({"code": text}, {})
        return "/"

    async def _take_language(self, view: View, peer: str, form: Form) -> None:
        del peer
        chosen = forms.language(form, languages.LANGUAGES, view.texts)
        self._language = chosen.language
        self._effects.remember(language=chosen.language)
        self._effects.do(self._machine.choose_country(chosen.country))

    async def _take_network(self, view: View, peer: str, form: Form) -> None:
        choice = forms.network(form, self._machine.networks, view.texts)
        self._typist = peer
        self._effects.do(self._machine.choose_network(choice, self._effects.now()))

    async def _take_look(self, view: View, peer: str, form: Form) -> None:
        del view, peer, form
        self._effects.do(self._machine.look_again(self._effects.now()))

    async def _take_household(self, view: View, peer: str, form: Form) -> None:
        del view, peer
        self._machine.name_household(household_name(form.get("household", "")))

    async def _take_admin(self, view: View, peer: str, form: Form) -> None:
        del peer
        if self._machine.has_admin or self._machine.household is None:
            return
        try:
            await self._founder.found(
                self._machine.household, form.get("username", ""), form.get("password", ""), view.language
            )
        except AlreadySetUp:
            # By the setup link, a moment ago: then the household has its person.
            log.info("somebody else made the first account")
        self._effects.do(self._machine.admin_made(self._effects.now()))

    async def _take_finish(self, view: View, peer: str, form: Form) -> None:
        del view, peer, form
        self._effects.do(self._machine.finish(self._effects.now()))

    async def _take_over(self, view: View, peer: str, form: Form) -> None:
        del view, peer
        if form.get("wipe") in {"yes", "no"}:
            try:
                self._effects.do(self._machine.start_over(wipe=form["wipe"] == "yes"))
            except OSError:
                self._machine.not_reset()
                raise

    async def _take_forgotten(self, view: View, peer: str, form: Form) -> None:
        del view
        username, password = form.get("username", ""), form.get("password", "")
        # One at a time: two phones must not both find that nobody was rescued yet.
        async with self._rescuing:
            if not self._machine.may_rescue(self._effects.now()):
                return
            self._founder.check_password(username, password)
            self._effects.count_rescue()
            if not self._machine.rescued and await self._founder.renew_password(
                username, password, self._effects.use_rescue
            ):
                log.warning("somebody with the box in their hands has replaced a forgotten password")
        self._answered.add(peer)

    async def _take_stay(self, view: View, peer: str, form: Form) -> None:
        del view, peer, form
        self._effects.do(self._machine.stay(self._effects.now()))
