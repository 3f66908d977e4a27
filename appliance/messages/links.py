"""The links of a text that the box shows previews of.

What is in code is no link, and what is hidden as a spoiler or stands in `<…>` gets no card: whoever writes it so does not want
one. What a newcomer would get wrong: pipes. Which of them hide something is decided on screen, by `hide` of
`webui/src/features/messages/markdown/parse.ts`; here is the same rule, and a test holds both together.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from appliance.messages.markup import Run, runs
from appliance.messages.model import Part
from appliance.messages.queries import MessageRow
from appliance.previews import service as previews
from appliance.previews.targets import target
from appliance.storage import Transaction

MOST = 5
"""Previews under one message."""

_PIPES = "||"
_READABLE = re.compile(r"[^ \t\n]")


def previewed(text: str) -> Sequence[str]:
    """The addresses in their one spelling, each once, in the order of the text."""
    if "://" not in text:
        return ()
    found: dict[str, None] = {}
    for run in _bare(seen(text)):
        where = target(run.value)
        if where is not None:
            found[where.address] = None
        if len(found) == MOST:
            break
    return tuple(found)


async def drop_gone(tx: Transaction, row: MessageRow) -> MessageRow:
    """Take away the cards of links that a changed text has no longer; the row with its `parts` then.

    What is new in it is looked at afterwards.
    """
    await previews.show(tx, row.message_id, previewed(row.content), {})
    if await previews.shown(tx, row.message_id):
        return row
    return replace(row, parts=row.parts & ~Part.PREVIEWS)


def _bare(all_seen: Sequence[Run]) -> Iterator[Run]:
    """The links that are not in `<…>`."""
    for at, run in enumerate(all_seen):
        if run.kind == "label":
            yield run
        elif run.kind == "link":
            before = all_seen[at - 1].source if at else ""
            after = all_seen[at + 1].source if at + 1 < len(all_seen) else ""
            if not (before.endswith("<") and after.startswith(">")):
                yield run


def seen(text: str) -> Sequence[Run]:
    """The runs of a text without those that a spoiler hides."""
    left: list[Run] = []
    opened: int | None = None
    has_content = False
    for run in runs(text):
        if run.kind != "mark" or not run.source.startswith(_PIPES):
            left.append(run)
            has_content = has_content or _is_content(run)
            continue
        for at in range(0, len(run.source), 2):
            pair = run.source[at : at + 2]
            if opened is not None and has_content and pair == _PIPES:
                del left[opened:]
                # What was before it and what is behind it are no neighbours.
                left.append(Run("text", " "))
                opened = None
            else:
                if pair == _PIPES:
                    opened = len(left)
                left.append(Run("text", pair))
            has_content = pair != _PIPES
    return left


def _is_content(run: Run) -> bool:
    if run.kind == "text":
        return _READABLE.search(run.source) is not None
    return run.kind not in {"newline", "quote"}
