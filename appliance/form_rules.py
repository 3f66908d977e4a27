"""What a form can check by itself, as a module for the web client: `python -m appliance.form_rules FILE`.

The rules are data (ranges of characters, Unicode's categories, expressions over shapes, words, lengths), so that they are
written once, here on the server; `webui/src/features/accounts/rules.ts` applies them, and `rules.test.ts` compares the verdicts of both.
"""

import json
import sys
from pathlib import Path

from appliance.accounts import names
from appliance.setup import household
from appliance.text import characters, lines, lookalikes

_HEAD = "/** What may be in a name, made by `./just types` from `appliance/form_rules.py`. */\n"


def rules() -> dict[str, object]:
    """All that `rules.ts` knows."""
    return {
        "ranges": [list(one) for one in characters.RANGES],
        "categories": [[letter, list(categories)] for letter, categories in characters.CATEGORIES],
        "ignored": characters.IGNORED,
        "trimmed": characters.TRIMMED,
        "widths": names.WIDTHS,
        "line": [list(rule) for rule in lines.LINE_RULES],
        "visible": lines.VISIBLE_RULE,
        "username": names.USERNAME_SHAPE,
        "usernameLength": [names.SHORTEST, names.LONGEST],
        "displayNameLength": [1, names.LONGEST],
        "householdLength": [household.SHORTEST, household.LONGEST],
        "callsEverybody": sorted(names.CALLS_EVERYBODY),
        "reserved": sorted(names.RESERVED),
        "twins": [
            ["".join(twins), "".join(twins.values())] for twins in lookalikes.latin_twins().values() if twins
        ],
    }


def main() -> None:
    """Write the module to the file that is named on the command line."""
    text = json.dumps(rules(), indent=2)
    Path(sys.argv[1]).write_text(f"{_HEAD}export const formRules = {text} as const;\n", encoding="utf-8")


if __name__ == "__main__":
    main()
