"""What clients translate by: keys and facts, whatever can go wrong."""

import ast
from pathlib import Path

import msgspec
import pytest

from appliance import error_keys
from appliance.accounts.names import UsernameTaken
from appliance.errors import BadLength, Invalid, LimitReached, TooMany
from appliance.problems import problem_of

SOURCE = Path(__file__).parent.parent.parent / "appliance"


def test_an_error_has_its_key_and_the_facts_of_its_sentence() -> None:
    keys = error_keys.error_keys()

    assert keys["limit_reached"] == {"limit"} == LimitReached(limit=3).facts.keys()
    assert keys["too_fast"] == {"seconds"} == TooMany(2.0).facts.keys()
    assert keys["too_large"] == {"limit", "kibibytes"}
    assert keys["database_unusable"] == {"detail", "reason"}


def test_a_field_has_the_key_and_the_facts_of_its_reason() -> None:
    told = msgspec.to_builtins(problem_of(BadLength("user.name", shortest=1, longest=32)))

    assert told["key"] == "invalid_form"
    assert told["errors"]["user"]["name"]["_errors"] == [
        {
            "code": "BASE_TYPE_BAD_LENGTH",
            "message": "Must be between 1 and 32 in length.",
            "key": "bad_length",
            "facts": {"shortest": 1, "longest": 32},
        }
    ]
    assert error_keys.field_keys()["bad_length"] == {"shortest", "longest"}


def test_an_error_with_a_key_of_its_own_says_it_for_its_field_too() -> None:
    told = msgspec.to_builtins(problem_of(UsernameTaken()))

    assert told["key"] == told["errors"]["username"]["_errors"][0]["key"] == "username_taken"
    assert "username_taken" in error_keys.field_keys()


@pytest.mark.parametrize("file", sorted(SOURCE.rglob("*.py")), ids=lambda file: str(file.relative_to(SOURCE)))
def test_a_field_is_refused_with_a_reason_that_can_be_translated(file: Path) -> None:
    plain = [
        node.lineno
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == Invalid.__name__
    ]

    assert not plain, f"{file}: make a subclass of Invalid with a problem_key of its own"


def test_the_module_names_every_key_once() -> None:
    lines = error_keys.module().splitlines()

    assert "  readonly bad_length: { readonly longest: number; readonly shortest: number; };" in lines
    assert "  readonly keys_repaired: { readonly files: string; };" in lines
    assert len([line for line in lines if line.startswith("  readonly not_found:")]) == 1
