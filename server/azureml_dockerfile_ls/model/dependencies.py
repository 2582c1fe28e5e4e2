"""The stages that COPY and mounts read from, in whatever order the file has them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.syntax.errors.mounts import mount_fields
from azureml_dockerfile_ls.syntax.go import integer
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan


class Source(NamedTuple):
    """What `COPY --from` or a mount names, and the target of the mount, which is None for a COPY."""

    name: str
    span: LocalSpan
    target: str | None

    @property
    def number(self) -> int | None:
        """The number of a stage; None for a name. A mount has only names."""
        return integer(self.name) if self.target is None else None


class Dependency(NamedTuple):
    """A source in instruction `at` of stage number `stage`; `on` is the number of the stage that it names, or None."""

    stage: int
    at: int
    source: Source
    on: int | None


def sources_of(instruction: Instruction) -> tuple[Source, ...] | None:
    """The sources that an instruction names."""
    if instruction.name == "COPY":
        image = instruction.image
        return (Source(image.text, image.span, None),) if image is not None and image.text else None
    if instruction.name != "RUN" or not instruction.flags:
        return None
    found = []
    for flag in instruction.flags:
        fields = mount_fields(flag) if flag.name == "mount" else None
        if fields and "from" in fields and fields["from"].text:
            target = fields.get("target")
            found.append(Source(*fields["from"], target.text if target else ""))
    return tuple(found)


@derived
def dependencies(model: Model) -> tuple[Dependency, ...]:
    """The sources of all stages in the order of the text."""
    found = model.values.of(sources_of)
    # BuildKit looks for a name when it knows all stages, so the last one with the name is meant.
    numbers = {stage.name: number for number, (_, stage) in enumerate(model.stages)} if found else {}
    placed = ((model.stage_at(index), index, sources) for index, sources in found)
    return tuple(
        Dependency(model.number_of(stage.stage), index - stage.first, source, _on(source, numbers, len(model.stages)))
        for stage, index, sources in placed
        if stage is not None
        for source in sources
    )


def _on(source: Source, numbers: dict[str | None, int], count: int) -> int | None:
    if source.number is not None:
        return source.number if 0 <= source.number < count else None
    return numbers.get(source.name.lower())


@derived
def cycles(model: Model) -> dict[int, int]:
    """The stages that depend on themselves, through others too: each with the number of its cycle's first stage."""
    edges: dict[int, list[int]] = {}
    for dependency in dependencies(model):
        if dependency.on is not None:
            edges.setdefault(dependency.stage, []).append(dependency.on)
    first: dict[int, int] = {}
    for component in _components(edges, len(model.stages)):
        if len(component) > 1 or component[0] in edges.get(component[0], ()):
            first.update(dict.fromkeys(component, min(component)))
    return first


def _components(edges: dict[int, list[int]], count: int) -> Iterator[list[int]]:
    """The strongly connected components of the stages, as Tarjan finds them, without recursion."""
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_stages: list[int] = []
    is_open: set[int] = set()
    for root in range(count):
        path = [] if root in order else [(root, iter(edges.get(root, ())))]
        while path:
            stage, rest = path[-1]
            if stage not in order:
                order[stage] = lowest[stage] = len(order)
                open_stages.append(stage)
                is_open.add(stage)
            for other in rest:
                if other not in order:
                    path.append((other, iter(edges.get(other, ()))))
                    break
                if other in is_open:
                    lowest[stage] = min(lowest[stage], order[other])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[stage])
                if lowest[stage] == order[stage]:
                    start = bisect_left(open_stages, order[stage], key=order.__getitem__)
                    component = open_stages[start:]
                    del open_stages[start:]
                    is_open.difference_update(component)
                    yield component
