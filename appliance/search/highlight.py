"""Where in a text stands what was looked for. Parts of the text, never markup: whoever shows them marks them."""

from collections.abc import Iterator, Sequence

from appliance.search.phrases import Alternatives, Phrase
from appliance.text.folding import positions


def spans(content: str, wanted: Sequence[Alternatives]) -> list[tuple[int, int]]:
    """The parts of a text that fit a phrase, in order and apart, as indices of UTF-16 code units, which is what browsers count."""
    if not wanted:
        return []
    words = list(positions(content))
    found = sorted(span for phrases in wanted for phrase in phrases for span in _of(phrase, words))
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], end))
        else:
            apart.append((start, end))
    return [(_units(content, start), _units(content, end)) for start, end in apart]


def _of(phrase: Phrase, words: Sequence[tuple[str, int, int]]) -> Iterator[tuple[int, int]]:
    exact = phrase.words[:-1] if phrase.is_prefix else phrase.words
    for at in range(len(words) - len(phrase.words) + 1):
        if any(words[at + index][0] != word for index, word in enumerate(exact)):
            continue
        last = at + len(phrase.words) - 1
        _, start, end = words[last]
        if not phrase.is_prefix:
            yield words[at][1], end
        elif words[last][0].startswith(phrase.words[-1]):
            # Of a pair, the first character is what was looked for.
            single = len(phrase.words[-1]) == 1 and len(words[last][0]) == 2
            yield words[at][1], start + 1 if single else end


def _units(text: str, index: int) -> int:
    return len(text[:index].encode("utf-16-le", "surrogatepass")) // 2
