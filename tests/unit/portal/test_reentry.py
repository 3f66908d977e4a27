"""What whoever opened setup again may do, and nobody else."""

import pytest

from appliance.portal.commands import Close, CloseAp, Reset
from appliance.portal.deadlines import LINGER_ALONE_SECONDS, RESCUE_SECONDS
from appliance.portal.model import RESCUE_TRIES, Failure
from appliance.portal.story import Stage, Story
from tests.unit.portal.stories import asking, wish


def test_only_the_card_lets_one_start_over() -> None:
    plain, card = asking(), asking(has_admin=True, reentry=True)

    assert plain.start_over(wipe=True) == []
    assert card.start_over(wipe=True) == [Reset(wipe=True)]


def test_setup_that_was_opened_again_can_close_with_the_wifi_kept() -> None:
    story = asking(has_admin=True, reentry=True, saved=True)

    said = story.stay(10)
    lingers = story.stage
    then = story.tick(10 + LINGER_ALONE_SECONDS)

    assert (said, lingers) == ([Close()], Stage.LINGERING)
    assert (then, story.stage, story.ap_open) == ([CloseAp()], Stage.RESTING, False)


def test_a_failed_try_at_another_wifi_does_not_keep_one_from_staying() -> None:
    story = asking(shares=True, has_admin=True, reentry=True, saved=True)
    story.choose_country("PT")
    story.choose_network(wish(), 5)
    story.failed(Failure.WRONG_PASSWORD, 8)
    story.failed(Failure.WRONG_PASSWORD, 9)
    before = story.failure

    assert story.stay(10) == [Close()]
    assert before is Failure.WRONG_PASSWORD
    assert not story.failure
    assert not story.reentry


@pytest.mark.parametrize(
    "story",
    [asking(), asking(has_admin=True, saved=True), asking(has_admin=True, reentry=True)],
    ids=["new", "not opened again", "nothing to go back to"],
)
def test_nobody_else_closes_setup_by_staying(story: Story) -> None:
    before = story.stage

    assert story.stay(10) == []
    assert story.stage is before


def test_a_forgotten_password_is_asked_for_soon_and_a_few_times_by_whoever_opened_setup_again() -> None:
    story = asking(has_admin=True, reentry=True)

    soon, late = story.may_rescue(RESCUE_SECONDS - 1), story.may_rescue(RESCUE_SECONDS)
    story.password_renewed()
    # A page that went away would tell that the name was right.
    after = story.may_rescue(10)
    for _ in range(RESCUE_TRIES):
        story.rescue_tried()

    assert (soon, late, after, story.may_rescue(10)) == (True, False, True, False)
    assert story.rescued
    assert not asking(has_admin=True).may_rescue(10)
    assert not asking(reentry=True).may_rescue(10)
