"""Whatever people, radio and time do in any order: no way through setup ends with a box that nobody can reach."""

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.portal.commands import CloseAp, Command, OpenAp, Scan
from appliance.portal.model import Circumstances, Failure, Security
from appliance.portal.story import Stage, Story
from tests.unit.portal.stories import MAPLE, wish


class Person:
    """Everything that people, radio and time may do to a story, in any order."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.now = 0.0
        self.closed_at: float | None = None

    def do(self, deed: str) -> None:
        story, now = self.story, self.now
        deeds: dict[str, object] = {
            "country": lambda: story.choose_country("PT"),
            "psk": lambda: story.choose_network(wish(), now),
            "mixed": lambda: story.choose_network(wish(Security.MIXED), now),
            "household": lambda: story.name_household("Maple Street"),
            "admin": lambda: story.admin_made(now),
            "look": lambda: story.look_again(now),
            "finish": lambda: story.finish(now),
            "stay": lambda: story.stay(now),
            "scanned": lambda: story.scanned([MAPLE], now),
            "opened": lambda: story.opened(now) if story.stage is Stage.OPENING else [],
            "lost": lambda: story.ap_lost(now),
            "joined": lambda: story.joined("192.168.1.42", now),
            "wrong": lambda: story.failed(Failure.WRONG_PASSWORD, now),
            "gone": lambda: story.failed(Failure.NOT_FOUND, now),
        }
        act = deeds[deed]
        assert callable(act)
        self.note(act() or [])

    def pass_time(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            self.note(self.story.tick(self.now))

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
    story = Story()
    person = Person(story)
    story.start(Circumstances(has_admin=again, shares=shares, reentry=again, saved=again and saved), 0)
    for deed, seconds in deeds:
        person.do(deed)
        person.pass_time(seconds)

    # From now on radio and people are silent, but an opening that is asked for works.
    for _ in range(1500):
        if story.stage is Stage.OPENING:
            story.opened(person.now)
        person.pass_time(1)
        if story.stage is Stage.RETURNING:
            story.joined("192.168.1.42", person.now)
    assert (story.stage is Stage.ASKING and story.ap_open) or (
        story.stage is Stage.RESTING and (story.address is not None or story.saved)
    )
