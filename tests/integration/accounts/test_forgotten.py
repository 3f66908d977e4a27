"""A password that somebody has forgotten, and the command that makes a new one."""

from pathlib import Path

import pytest

from appliance import cli, console
from appliance.accounts import rescue
from appliance.errors import Invalid
from tests.integration.accounts.people import PASSWORD, cookie_of, give_password, log_in, refresh
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio


async def test_a_new_password_works_and_the_old_one_and_every_device_are_out(server: Server) -> None:
    await give_password(server, server.ada)
    phone = await log_in(server)

    made = await rescue.new_password(server.database, "Ada")

    assert made
    assert (await log_in(server, password=PASSWORD)).status_code == 401
    assert (await refresh(server, cookie_of(phone))).status_code == 401
    assert (await log_in(server, password=made)).status_code == 200


async def test_two_new_passwords_differ(server: Server) -> None:
    await give_password(server, server.ada)

    made = {await rescue.new_password(server.database, "ada") for _ in range(2)}

    assert len(made) == 2


async def test_a_chosen_password_must_be_a_good_one_and_changes_nothing_otherwise(server: Server) -> None:
    await give_password(server, server.ada)

    for poor in ("short", "12345678", "ada"):
        with pytest.raises(Invalid):
            await rescue.choose_password(server.database, "ada", poor)

    assert (await log_in(server, password=PASSWORD)).status_code == 200
    assert await rescue.choose_password(server.database, " Ada ", "seven green apples")
    assert (await log_in(server, password="seven green apples")).status_code == 200


async def test_nobody_and_bots_get_no_password(server: Server) -> None:
    async with server.database.transaction() as tx:
        await tx.run("UPDATE account SET password_hash = NULL WHERE id = :id", id=server.ada)

    assert await rescue.new_password(server.database, "nobody") is None
    assert await rescue.new_password(server.database, "ada") is None


@pytest.mark.parametrize("arguments", [["new-password"], ["setup-link", "ada"]])
def test_the_command_wants_a_name_and_the_others_none(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(arguments)


def test_the_command_says_that_there_is_nobody_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEARTH_DATA", str(tmp_path))

    status = cli.main(["new-password", "ada"])

    assert (status, capsys.readouterr().err) == (1, "Nobody signs in as ada here.\n")


async def test_the_command_prints_the_password_beside_a_server_that_runs(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await give_password(server, server.ada)

    status = await console.print_new_password(tmp_path, "ada")

    told = capsys.readouterr().out
    made = told.partition("new password of ada is  ")[2].splitlines()[0]
    assert status == 0
    assert (await log_in(server, password=made)).status_code == 200


async def test_what_has_to_happen_first_happens_first_or_nothing_does(server: Server) -> None:
    await give_password(server, server.ada)
    called: list[str] = []

    def note() -> None:
        called.append("noted")
        raise OSError("a full disk")

    assert not await rescue.choose_password(server.database, "nobody", "seven green apples", note)
    assert called == []
    with pytest.raises(OSError, match="full"):
        await rescue.choose_password(server.database, "ada", "seven green apples", note)

    assert called == ["noted"]
    assert (await log_in(server, password=PASSWORD)).status_code == 200


async def test_a_poor_password_is_refused_in_the_same_words_whoever_it_is_for(server: Server) -> None:
    await give_password(server, server.ada)

    for poor in ("short", "ada", "nobody", "Ada Lovelace"):
        said: list[str] = []
        for name in ("ada", "nobody"):
            try:
                await rescue.choose_password(server.database, name, poor.replace("nobody", name))
            except Invalid as error:
                said.append(str(error))
        assert len(said) in {0, 2}
        assert len(set(said)) <= 1
