"""What the SFU's import contract finds, in a graph as grimp would build it."""

from grimp import ImportGraph

from tests.contracts.whitelist import WhitelistContract


def contract(allowed: list[str]) -> WhitelistContract:
    return WhitelistContract(
        "the SFU is on its own",
        session_options={},
        contract_options={"source": "box.sfu", "allowed": allowed},
    )


def graph(*imports: tuple[str, str]) -> ImportGraph:
    made = ImportGraph()
    for module in ("box", "box.sfu", "box.sfu.worker", "box.daemon", "box.daemon.journald", "box.new"):
        made.add_module(module)
    for importer, imported in imports:
        if imported not in made.modules:
            made.add_module(imported, is_squashed=True)
        made.add_import(importer=importer, imported=imported, line_number=7, line_contents="")
    return made


def test_what_is_listed_may_be_imported_with_all_that_is_in_it() -> None:
    listed = graph(("box.sfu.worker", "box.daemon.journald"), ("box.sfu", "box.sfu.worker"))

    assert contract(["box.daemon"]).check(listed, verbose=False).kept


def test_what_other_people_wrote_may_be_imported() -> None:
    assert contract(["box.daemon"]).check(graph(("box.sfu.worker", "msgspec")), verbose=False).kept


def test_a_package_that_did_not_exist_when_the_list_was_written_may_not() -> None:
    found = contract(["box.daemon"]).check(graph(("box.sfu.worker", "box.new")), verbose=False)

    assert not found.kept
    assert found.metadata["problems"] == ["box.sfu.worker -> box.new (l.7)"]
