"""Whatever people, radio and time do in any order: no way through setup ends with a box that nobody can reach."""

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.portal.commands import CloseAp, Command, OpenAp, Scan
from appliance.portal.model import Circumstances, Failure, Security
from appliance.portal.state_machine import State, StateMachine
from tests.unit.portal.state_machines import MAPLE, choice


class Person:
    """Everything that people, radio and time may do to a machine, in any order."""

    def __init__(self, machine: StateMachine) -> None:
        self.machine = machine
        self.now = 0.0
        self.closed_at: float | None = None

    def do(self, deed: str) -> None:
        machine, now = self.machine, self.now
        deeds: dict[str, object] = {
            "country": lambda: machine.choose_country("PT"),
            "psk": lambda: machine.choose_network(choice(), now),
            "mixed": lambda: machine.choose_network(choice(Security.MIXED), now),
            "household": lambda: machine.name_household("Maple Street"),
            "admin": lambda: machine.admin_made(now),
            "look": lambda: machine.look_again(now),
            "finish": lambda: machine.finish(now),
            "stay": lambda: machine.stay(now),
            "scanned": lambda: machine.scanned([MAPLE], now),
            "opened": lambda: machine.opened(now) if machine.state is State.OPENING else [],
            "lost": lambda: machine.ap_lost(now),
            "joined": lambda: machine.joined("192.168.1.42", now),
            "wrong": lambda: machine.failed(Failure.WRONG_PASSWORD, now),
            "gone": lambda: machine.failed(Failure.NOT_FOUND, now),
        }
        act = deeds[deed]
        assert callable(act)
        self.note(act() or [])

    def pass_time(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            self.note(self.machine.tick(self.now))

    def note(self, commands: list[Command]) -> None:
        if CloseAp() in commands:
            self.closed_at = self.now
        if OpenAp() in commands and self.closed_at is not None:
            if Scan() not in commands:
                assert self.now - self.closed_at < 30
            self.closed_at = None


DEEDS = st.sampled_from(
    [
        "country",
        "psk",
        "mixed",
        "household",
        "admin",
        "look",
        "finish",
        "stay",
        "scanned",
        "opened",
        "lost",
        "joined",
        "wrong",
        "gone",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.booleans(), st.booleans(), st.booleans(), st.lists(st.tuples(DEEDS, st.integers(0, 12)), max_size=40)
)
def test_whatever_happens_the_box_can_be_reached_or_is_about_to_be(
    shares: bool, again: bool, saved: bool, deeds: list[tuple[str, int]]
) -> None:
    machine = StateMachine()
    person = Person(machine)
    machine.start(Circumstances(has_admin=again, shares=shares, reentry=again, saved=again and saved), 0)
    for deed, seconds in deeds:
        person.do(deed)
        person.pass_time(seconds)

    # From now on radio and people are silent, but an opening that is asked for works.
    for _ in range(1500):
        if machine.state is State.OPENING:
            machine.opened(person.now)
        person.pass_time(1)
        if machine.state is State.RETURNING:
            machine.joined("192.168.1.42", person.now)
    assert (machine.state is State.ASKING and machine.ap_open) or (
        machine.state is State.RESTING and (machine.address is not None or machine.saved)
    )
