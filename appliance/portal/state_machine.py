"""The state machine of setting up, without I/O: what happened and the time go in, commands come out.

What a newcomer would get wrong: nothing here may wait for an answer for ever. Every state but the quiet ones has a
deadline, and past it the machine opens the setup network again, so that whatever breaks, the box can be reached.
"""

from collections.abc import Callable
from enum import StrEnum

from appliance.portal import deadlines
from appliance.portal.commands import (
    Close,
    CloseAp,
    Command,
    Forget,
    Join,
    Keep,
    OpenAp,
    Rejoin,
    Reopen,
    Reset,
    Scan,
    SetCountry,
)
from appliance.portal.join_methods import join_methods
from appliance.portal.model import Circumstances, Failure, Method, Network, NetworkChoice

type Commands = list[Command]


class State(StrEnum):
    """Where the machine is; `RESTING` is before and after it."""

    RESTING = "resting"
    WAITING = "waiting"
    LOOKING = "looking"
    OPENING = "opening"
    ASKING = "asking"
    LEAVING = "leaving"
    JOINING = "joining"
    HANDOVER = "handover"
    LINGERING = "lingering"
    RETURNING = "returning"
    RESETTING = "resetting"


class Question(StrEnum):
    """What has to be asked next."""

    LANGUAGE = "language"
    NETWORK = "network"
    HOUSEHOLD = "household"
    ADMIN = "admin"


class StateMachine:
    """One box's setup. Its attributes are for reading; every method is something that happened."""

    def __init__(self) -> None:
        self.state = State.RESTING
        self.has_admin = self.shares = self.saved = self.reentry = self.rescued = False
        self.rescue_tries = 0
        self.has_radio = True
        self.ap_open = False
        self.country: str | None = None
        self.household: str | None = None
        self.choice: NetworkChoice | None = None
        self.networks: list[Network] = []
        self.failure: Failure | None = None
        self.address: str | None = None
        self.lan: str | None = None
        self.joined_name = ""
        self._deadline: float | None = None
        self._join_by = self._shown_at = self._rescue_by = 0.0
        self._is_in = False
        self._methods: list[Method] = []
        self._failures: list[Failure] = []

    # What can be asked of the machine.

    @property
    def over(self) -> bool:
        """Whether a phone's question about the internet gets its own system's answer, and no portal any more."""
        return self.state in {State.RESTING, State.LINGERING, State.RETURNING}

    @property
    def may_stay(self) -> bool:
        """Whether setup that was opened again may close with nothing changed: the box has a home."""
        return self.reentry and self.state is State.ASKING and (self.saved or self.lan is not None)

    def may_rescue(self, now: float) -> bool:
        """Whether a forgotten password may be asked for: by whoever opened setup again, soon after it, and a few times.

        Also when one was replaced already, which is all there is: a page that went away would tell whose names are right.
        """
        asked = self.reentry and self.state is State.ASKING
        return asked and self.has_admin and self.rescue_tries > 0 and now < self._rescue_by

    def question(self) -> Question | None:
        """What is to be asked next; None when all is known."""
        if self.country is None:
            return Question.LANGUAGE
        if self.failure or (self.choice is None and (self.lan is None or self.reentry)):
            return Question.NETWORK
        if self.has_admin:
            return None
        return Question.HOUSEHOLD if self.household is None else Question.ADMIN

    # What the box finds.

    def start(self, box: Circumstances, now: float) -> Commands:
        """The box has started."""
        self.has_admin, self.shares, self.reentry = box.has_admin, box.shares, box.reentry
        self.saved, self._rescue_by = box.saved, now + box.rescue_seconds
        self.rescued, self.rescue_tries = box.rescued, box.rescue_tries
        self.has_radio, self.country, self.lan = box.has_radio, box.country, box.address
        country = [SetCountry(box.country)] if box.country else []
        if self.reentry:
            return [*country, *self._look(now)]
        if box.finished or (self.has_admin and (box.saved or self.lan)):
            self._enter(State.RESTING)
        elif self.lan:
            self._enter(State.ASKING)
        elif box.saved:
            self._enter(State.WAITING, now + deadlines.SAVED_SECONDS)
        else:
            return [*country, *self._look(now)]
        return [*country]

    def online(self, address: str | None, now: float) -> Commands:
        """The box has an address by a cable or a remembered network, or has lost it."""
        self.lan = address
        if address and self.state is State.WAITING:
            self._enter(State.ASKING)
        elif address is None and self.state is State.ASKING and not self.ap_open:
            return self._look(now)
        return []

    def radio_found(self, now: float, *, shares: bool) -> Commands:
        """A radio is there that was not at the start: some load their firmware for seconds, a stick is put in when it is."""
        if self.has_radio:
            return []
        self.has_radio, self.shares = True, shares
        waits_for_it = self.state is State.WAITING and self._deadline is None
        return self._look(now) if waits_for_it else []

    def scanned(self, networks: list[Network], now: float) -> Commands:
        """The look round has ended; an empty one does not take back what was seen before."""
        self.networks = networks or self.networks
        if self.state is not State.LOOKING:
            return []
        return self._open(now)

    def opened(self, now: float) -> Commands:
        """The setup network is there."""
        self.ap_open = True
        if self.state is State.OPENING:
            if self.address:
                limit = deadlines.HANDOVER_SECONDS if self.shares else deadlines.HANDOVER_ALONE_SECONDS
                self._shown_at = now
                self._enter(State.HANDOVER, now + limit)
            else:
                self._enter(State.ASKING)
        return []

    def ap_lost(self, now: float) -> Commands:
        """The setup network did not open, or is gone although nobody closed it."""
        self.ap_open = False
        if self.state is State.OPENING:
            # At once would be a tight loop.
            self._enter(State.OPENING, now + deadlines.OPEN_AGAIN_SECONDS)
            return []
        if self.state is State.ASKING and self.lan and not self.reentry:
            return []
        if self.state in {State.ASKING, State.HANDOVER}:
            return self._open(now)
        return []

    # What a person says.

    def choose_country(self, country: str) -> Commands:
        """The country is known, and with it what the radio may do."""
        self.country = country
        return [SetCountry(country)]

    def choose_network(self, choice: NetworkChoice, now: float) -> Commands:
        """A network was chosen; it is joined once everything else is known."""
        if self.state is not State.ASKING:
            return []
        self.choice, self.failure = choice, None
        return self._go_on(now)

    def name_household(self, name: str) -> None:
        """The household has a name; nothing is made of it before there is an admin."""
        self.household = name

    def admin_made(self, now: float) -> Commands:
        """Somebody lives here now."""
        self.has_admin = True
        return self._go_on(now) if self.state is State.ASKING else []

    def look_again(self, now: float) -> Commands:
        """Somebody misses their network in the list."""
        if self.state is not State.ASKING or not self.ap_open:
            return []
        if self.shares:
            return [Scan()]
        self._enter(State.LEAVING, now + deadlines.LEAVE_SECONDS)
        self._methods = []
        return []

    def finish(self, now: float) -> Commands:
        """Somebody has seen the address and closes setup; the network lingers until their phone has left it."""
        if self.state is not State.HANDOVER:
            return []
        self.reentry = False
        if self.ap_open:
            alone = bool(self.joined_name) and not self.shares
            until = (
                max(now + deadlines.LINGER_ALONE_SECONDS, self._shown_at + deadlines.LINGER_SECONDS)
                if alone
                else now + deadlines.LINGER_SECONDS
            )
            self._enter(State.LINGERING, until)
        else:
            self._enter(State.RESTING)
        return [Close()]

    def start_over(self, *, wipe: bool) -> Commands:
        """Somebody with the card in their hand wants a new beginning."""
        if not self.reentry or self.state is not State.ASKING:
            return []
        self._enter(State.RESETTING)
        return [Reset(wipe)]

    def not_reset(self) -> None:
        """The request to start over could not be recorded."""
        if self.state is State.RESETTING:
            self._enter(State.ASKING)

    def stay(self, now: float) -> Commands:
        """Somebody with the card in their hand has what they came for, and the box goes back to the network that it has."""
        if not self.may_stay:
            return []
        self.reentry, self.choice, self.failure = False, None, None
        if self.ap_open:
            self._enter(State.LINGERING, now + deadlines.LINGER_ALONE_SECONDS)
        else:
            self._enter(State.RESTING)
        return [Close()]

    def rescue_tried(self) -> None:
        """Somebody has written a name on the page for a forgotten password."""
        self.rescue_tries -= 1

    def password_renewed(self) -> None:
        """Somebody gets a new password; the next one who forgot theirs opens setup once more."""
        self.rescued = True

    # What the network says.

    def let_in(self, now: float) -> None:
        """The network that is being joined has taken the box; an address is missing yet."""
        if self.state is State.JOINING:
            self._is_in = True
            self._enter(State.JOINING, now + deadlines.LEASE_SECONDS)

    def joined(self, address: str, now: float) -> Commands:
        """The box is on the network that was chosen."""
        if self.state is State.RETURNING:
            self._enter(State.RESTING)
            return []
        if self.state is not State.JOINING or self.choice is None:
            return []
        self.address, self.joined_name, self.failure = address, self.choice.name, None
        self.choice, self._is_in = None, False
        if self.shares and (self.ap_open or self.lan):
            self._enter(State.HANDOVER, now + deadlines.HANDOVER_SECONDS)
            return [Keep()]
        # Also where the setup network went by itself meanwhile: whoever waits there has yet to learn the address.
        return [Keep(), *self._open(now)]

    def failed(self, failure: Failure, now: float) -> Commands:
        """The network did not take the box."""
        if self.state is State.RETURNING:
            self.address, self.failure = None, failure
            return [Reopen(), Forget(), *self._look(now)]
        if self.state is not State.JOINING or self.choice is None:
            return []
        method = self._methods.pop(0)
        final = {Failure.NO_ADDRESS, Failure.NO_INTERNET}
        if self._may_be_noise(failure, method):
            self._methods = [method]
        elif method is not Method.SAE:
            final.add(Failure.WRONG_PASSWORD)
        self._failures.append(self._read(failure, method))
        if self._methods and failure not in final and now + deadlines.LEAST_TRY_SECONDS <= self._join_by:
            return [Forget(), self._try(self.choice, now)]
        return self._give_up(now)

    def tick(self, now: float) -> Commands:
        """Time has passed; call it at least once a second."""
        if self._deadline is None or now < self._deadline:
            return []
        past: dict[State, Callable[[float], Commands]] = {
            State.WAITING: self._look,
            State.LOOKING: self._open,
            State.OPENING: self._open,
            State.LEAVING: self._leave,
            State.JOINING: self._too_slow,
            State.HANDOVER: self.finish,
            State.LINGERING: self._part,
            State.RETURNING: self._too_slow,
        }
        return past[self.state](now)

    # How it goes on.

    def _enter(self, state: State, deadline: float | None = None) -> None:
        self.state, self._deadline = state, deadline

    def _look(self, now: float) -> Commands:
        if not self.has_radio:
            # Only a cable can help; whoever plugs one in is asked there.
            self._enter(State.WAITING)
            return []
        self._enter(State.LOOKING, now + deadlines.SCAN_SECONDS)
        return [Scan()]

    def _open(self, now: float) -> Commands:
        self._enter(State.OPENING, now + deadlines.OPEN_SECONDS)
        return [OpenAp()]

    def _go_on(self, now: float) -> Commands:
        if self.question() is not None:
            return []
        if self.choice is None:
            self.address = self.lan
            self._enter(State.HANDOVER, now + deadlines.HANDOVER_SECONDS)
            return []
        self._methods, self._failures = list(join_methods(self.choice)), []
        if self.shares:
            return self._begin(self.choice, now + deadlines.JOIN_SHARED_SECONDS, now)
        self._enter(State.LEAVING, now + deadlines.LEAVE_SECONDS)
        return []

    def _leave(self, now: float) -> Commands:
        self.ap_open = False
        if self._methods and self.choice:
            return [CloseAp(), *self._begin(self.choice, now + deadlines.JOIN_ALONE_SECONDS, now)]
        return [CloseAp(), *self._look(now)]

    def _begin(self, choice: NetworkChoice, until: float, now: float) -> Commands:
        self._join_by = until
        return [self._try(choice, now)]

    def _try(self, choice: NetworkChoice, now: float) -> Join:
        # A way that hangs must leave time for the next.
        share = deadlines.FIRST_SHARE if len(self._methods) > 1 else 1
        self._is_in = False
        self._enter(State.JOINING, now + (self._join_by - now) * share)
        return Join(choice, self._methods[0])

    def _too_slow(self, now: float) -> Commands:
        return self.failed(Failure.NO_ADDRESS if self._is_in else Failure.TOO_SLOW, now)

    def _read(self, failure: Failure, method: Method) -> Failure:
        """What a failure means: with WPA3 a wrong password looks like a network that has gone."""
        seen = self.choice is not None and any(network.ssid == self.choice.ssid for network in self.networks)
        vague = {Failure.NOT_FOUND, Failure.REFUSED, Failure.TOO_SLOW, Failure.WRONG_PASSWORD}
        if method is Method.SAE and failure in vague and (seen or failure is not Failure.NOT_FOUND):
            return Failure.MAYBE_PASSWORD
        return failure

    def _may_be_noise(self, failure: Failure, method: Method) -> bool:
        """Whether the same way deserves another try: a weak signal that loses the handshake looks like a wrong password."""
        return failure is Failure.WRONG_PASSWORD and method is Method.PSK and not self._failures

    def _give_up(self, now: float) -> Commands:
        self.failure = min(self._failures, key=lambda failure: failure.rank)
        if self.shares and self.ap_open:
            self._enter(State.ASKING)
            return [Forget()]
        return [Forget(), *self._open(now)]

    def _part(self, now: float) -> Commands:
        self.ap_open = False
        if self.shares or not self.joined_name:
            self._enter(State.RESTING)
            return [CloseAp()]
        self._enter(State.RETURNING, now + deadlines.JOIN_SHARED_SECONDS)
        return [CloseAp(), Rejoin()]
