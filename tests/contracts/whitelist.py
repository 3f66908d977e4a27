"""A contract for `lint-imports`: a package imports nothing of its root package but what is listed.

A `forbidden` contract has to name every package that there is, so a new one would be allowed until somebody remembers it.
"""

from typing import Any, override

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class WhitelistContract(Contract):
    """`source` and everything in it may import `allowed` and what is in them, and of its root package nothing else.

    Imports are looked at one by one: what an allowed module imports in its turn, a contract of its own has to say.
    """

    type_name = "whitelist"

    source = fields.StringField()
    allowed = fields.SetField(subfield=fields.StringField())

    @override
    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        source = str(self.source)
        allowed = {str(one) for one in _listed(self.allowed)}
        root = source.partition(".")[0]
        unknown = {one for one in allowed | {source} if one not in graph.modules}
        if unknown:
            raise ValueError(f"no such module: {', '.join(sorted(unknown))}")
        problems: list[str] = []
        for importer in sorted({source} | graph.find_descendants(source)):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                if not _is_in(imported, {root}) or _is_in(imported, allowed | {source}):
                    continue
                details = graph.get_import_details(importer=importer, imported=imported)
                lines = ", ".join(str(detail["line_number"]) for detail in details)
                problems.append(f"{importer} -> {imported} (l.{lines})")
        return ContractCheck(kept=not problems, metadata={"problems": problems})

    @override
    def render_broken_contract(self, check: ContractCheck) -> None:
        for problem in check.metadata["problems"]:
            output.print_error(f"Not on the list of what {self.source} may import: {problem}", bold=False)


def _listed(value: Any) -> set[str]:
    return set(value or ())


def _is_in(module: str, packages: set[str]) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in packages)
