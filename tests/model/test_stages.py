"""The stages of a Dockerfile, and the state at each instruction."""

from __future__ import annotations

from textwrap import dedent

import pytest

from azureml_dockerfile_ls.model.model import Model, build
from azureml_dockerfile_ls.model.stages import BaseImage, Stage
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN, Unknown
from azureml_dockerfile_ls.syntax.tree import parse


def model(text: str) -> Model:
    """The model of a text."""
    return build(parse(text))


def final(text: str) -> Stage:
    """The last stage of a text."""
    stage = model(text).final
    assert stage is not None
    return stage


def image(text: str) -> str | None:
    """The base image of the last stage."""
    reference = final(text).image
    return reference.text if reference else None


def at_end(stage: Stage) -> dict[str, str | Unknown]:
    """The variables that an instruction after the last one would see."""
    return {name: definition.value for name, definition in stage.definitions_at(stage.end).items()}


# Base images


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a:1", "a:1"),
        ("FROM 'a:1'", "a:1"),
        ("FROM a:1 AS b\nFROM b", "a:1"),
        ("FROM a:1 AS B\nFROM b AS c\nFROM c", "a:1"),
        ("ARG A=a:1\nFROM $A", "a:1"),
        ("ARG A=a\nARG T=1\nFROM $A:${T}", "a:1"),
        ("ARG T='1'\nFROM a:$T", "a:1"),
        ("FROM ${A:-a:1}", "a:1"),
        ("ARG A=\nFROM ${A:-a:1}", "a:1"),
        ("ARG A=a\nFROM ${A:+b}", "b"),
        ("FROM a${A:+b}", "a"),
        ("ARG A=a\nARG B=${A}:1\nFROM ${B}", "a:1"),
        ("ARG A=a B=$A:1\nFROM $B", "a:1"),
        ("ARG A=a\nARG A\nFROM $A", "a"),
        ("ARG A=x\nARG A=a\nFROM $A", "a"),
        ("FROM ${A:-${B:-a}}", "a"),
        ("ARG S=b\nFROM a:1 AS b\nFROM $S", "a:1"),
        ("FROM scratch", "scratch"),
        ("FROM b\nFROM a", "a"),
        ("FROM b AS b\nFROM b", "b"),
        ("ARG A\nFROM ${A:-x:1}", "x:1"),
        ("ARG A\nARG B=${A-x}:1\nFROM $B", "x:1"),
    ],
)
def test_the_base_image(text: str, expected: str) -> None:
    """The base image is found through stage names and ARGs, with defaults and alternatives."""
    assert image(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ARG A\nFROM $A",
        "ARG A\nFROM x:${A:+1}",
        "ARG C\nARG A=$C\nFROM x:${A:-1}",
        "ARG A=$B\nARG B\nFROM x AS ${A:?}\nFROM $B",
        "FROM --platform=x $TARGETARCH",
        "FROM ${A",
        "FROM",
        "ARG B\nARG A=$B\nFROM $A",
    ],
)
def test_an_unknown_base_image(text: str) -> None:
    """The base image is unknown for an ARG without a value and for an incomplete expression."""
    assert image(text) is None


def test_an_arg_of_a_stage_is_not_seen_by_from() -> None:
    """FROM sees only the ARGs before the first FROM."""
    assert image("FROM x\nARG A=a\nFROM b$A") == "b"


def test_from_takes_the_name_of_a_stage_as_it_is() -> None:
    """BuildKit stores stage names in lower case, so that `FROM Build` names an image."""
    stage = final("FROM a AS Build\nFROM Build")

    assert stage.base is None
    assert image("FROM a AS Build\nFROM build") == "a"


def test_from_names_the_last_stage_before_it() -> None:
    """FROM names the last earlier stage with the name, and not itself or a later one."""
    assert image("FROM a AS x\nFROM b AS x\nFROM x") == "b"
    assert image("FROM x AS y\nFROM a AS x\nFROM y") == "x"


# Variables


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nENV A=1 B='2 3'", {"A": "1", "B": "2 3"}),
        ("FROM a\nENV A 1 2", {"A": "1 2"}),
        ("FROM a\nENV A=1\nENV A=2", {"A": "2"}),
        ("FROM a\nENV A=1\nENV B=$A", {"A": "1", "B": "1"}),
        ("FROM a\nENV A=1\nENV A=2 B=$A", {"A": "2", "B": "1"}),
        ("FROM a\nARG A=1", {"A": "1"}),
        ("FROM a\nARG A=1 B=$A", {"A": "1", "B": "1"}),
        ("FROM a\nARG A", {"A": UNKNOWN}),
        ("FROM a\nENV A=$B", {"A": UNKNOWN}),
        ("FROM scratch\nENV A=x$B", {"A": "x"}),
        ("FROM a\nENV A=${", {"A": UNKNOWN}),
        ("ARG A=1\nFROM a", {}),
        ("ARG A=1\nFROM a\nARG A", {"A": "1"}),
        ("ARG A=1\nFROM a\nARG A=2", {"A": "2"}),
        ("ARG A\nFROM a\nARG A", {"A": UNKNOWN}),
        ("FROM a\nARG A=1\nENV A=2", {"A": "2"}),
        ("FROM a\nENV A=1\nARG A=2", {"A": "2"}),
        ("FROM a\nENV A=1\nARG A", {"A": "1"}),
        ("FROM a\nARG A=1\nARG A", {"A": "1"}),
        ("FROM a\nARG A=1\nENV A=${A}2", {"A": "12"}),
    ],
)
def test_variables_of_a_stage(text: str, expected: dict[str, str | Unknown]) -> None:
    """A pair of ARG sees the pairs before it, one of ENV does not; the later value wins, if it has one."""
    assert at_end(final(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a AS x\nENV A=1\nFROM x\nENV B=$A", {"A": "1", "B": "1"}),
        ("FROM a AS x\nENV A=1\nFROM x AS y\nFROM y\nENV B=$A", {"A": "1", "B": "1"}),
        ("FROM a AS x\nENV A=1\nFROM x\nENV A=2", {"A": "2"}),
        ("FROM a AS x\nARG A=1\nFROM x\nENV B=$A", {"A": "1", "B": "1"}),
        ("FROM a AS x\nENV A=1\nARG A=2\nFROM x", {"A": "1"}),
        ("FROM a AS x\nENV A=1\nFROM a", {}),
        ("FROM a AS x\nENV A=1\nFROM x\nARG A", {"A": "1"}),
    ],
)
def test_a_stage_inherits_variables(text: str, expected: dict[str, str | Unknown]) -> None:
    """A stage inherits variables through any number of stages; an inherited ENV overrides an inherited ARG."""
    assert at_end(final(text)) == expected


def test_an_image_keeps_env_and_no_arg() -> None:
    """A container has the ENVs of the stage, but not its ARGs."""
    stage = final("FROM a AS x\nENV A=1\nARG B=2\nFROM x\nENV C=$B")

    assert {name: definition.value for name, definition in stage.environment.items()} == {"A": "1", "C": "2"}


def test_an_instruction_sees_the_variables_before_it() -> None:
    """An instruction does not see its own and later variables."""
    stage = final("FROM a\nENV A=1\nENV A=2\nRUN b")

    assert [stage.variable_at("A", index) for index in range(5)] == [None, None, "1", "2", "2"]
    assert stage.lookup_at(0)("A") is UNKNOWN
    assert stage.lookup_at(3)("A") == "2"


def test_the_definition_of_a_variable() -> None:
    """A definition has the pair, the index of its instruction and the stage."""
    text = "ARG G=0\nFROM a AS x\nENV A=1\nFROM x\nENV B=2\nARG G\nRUN c"
    last = final(text)

    inherited, own, redeclared = (last.definition_at(name, 3) for name in "ABG")
    assert inherited is not None
    assert inherited.stage is last.base
    assert inherited.index == 1
    assert own is not None
    assert own.stage is last
    assert (own.pair.name, own.is_argument) == ("B", False)
    assert redeclared is not None
    assert (redeclared.value, redeclared.is_argument) == ("0", True)
    assert last.definition_at("B", 1) is None
    assert [(one.name, one.value, one.stage) for one in model(text).global_definitions] == [("G", "0", None)]


# User, shell, working directory


def test_the_effective_user() -> None:
    """The effective user is that of the last USER before an instruction, without the group; a stage inherits it."""
    stage = final("FROM a AS x\nUSER me:group\nFROM x\nRUN b\nUSER $U\nUSER root\nRUN c")
    base = stage.base

    assert [stage.user_at(index).value for index in range(stage.end + 1)] == ["me", "me", "me", None, "root", "root"]
    assert (stage.user_at(1).stage, stage.user_at(1).index) == (base, 1)
    assert (stage.user_at(3).stage, stage.user_at(3).index) == (stage, 2)


def test_without_user_the_base_image_decides() -> None:
    """Without a USER, the user is that of the base image."""
    in_force = final("FROM a\nRUN b").user_at(1)

    assert (in_force.value, in_force.stage) == (None, None)


@pytest.mark.parametrize(
    ("user", "value"),
    [("$U", "me"), ('"me"', "me"), ("${V:-root}:$U", "root"), ("1000:1000", "1000"), ("\\$U", "$U"), ('""', "")],
)
def test_the_user_can_be_an_expression(user: str, value: str) -> None:
    """Variables and quotes in USER are replaced."""
    assert final(f"FROM scratch\nENV U=me\nUSER {user}").user_at(3).value == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a", None),
        ("FROM a\nWORKDIR b", None),
        ("FROM a\nWORKDIR /b", "/b"),
        ("FROM a\nWORKDIR /b\nWORKDIR c", "/b/c"),
        ("FROM a\nWORKDIR /b/\nWORKDIR ../c/./d", "/c/d"),
        ("FROM a\nWORKDIR /b\nWORKDIR $X", None),
        ("FROM a\nWORKDIR /b\nWORKDIR $X\nWORKDIR c", None),
        ("FROM a\nWORKDIR $X\nWORKDIR /b", "/b"),
        ("FROM a\nENV X=/b\nWORKDIR $X/c", "/b/c"),
        ("FROM a AS x\nWORKDIR /b\nFROM x\nWORKDIR c", "/b/c"),
        ("FROM a AS x\nWORKDIR /b\nFROM x AS y\nFROM y", "/b"),
        ("FROM scratch", "/"),
        ("FROM scratch\nWORKDIR b", "/b"),
        ("FROM a\nWORKDIR //b", "/b"),
    ],
)
def test_the_working_directory(text: str, expected: str | None) -> None:
    """A relative WORKDIR is joined with the previous one, which is unknown if the base image sets it."""
    stage = final(text)

    assert stage.workdir_at(stage.end) == expected


def test_the_working_directory_at_an_instruction() -> None:
    """The working directory is that of the last WORKDIR before an instruction."""
    stage = final("FROM a\nWORKDIR /b\nRUN c\nWORKDIR d\nRUN e")

    assert [stage.workdir_at(index) for index in range(6)] == [None, None, "/b", "/b", "/b/d", "/b/d"]


def test_the_effective_shell() -> None:
    """The effective shell has the joined words of SHELL, and is None for the shell of the base image."""
    stage = final('FROM a AS x\nSHELL ["bash", "-c"]\nFROM x\nSHELL ["sh"]\nRUN b')

    assert [stage.shell_at(index).value for index in (0, 1, 2)] == ["bash -c", "bash -c", "sh"]
    assert final("FROM a").shell_at(1).value is None


# Stages in the file


def test_stages_begin_with_from() -> None:
    """A stage has its instructions; those before the first FROM are in no stage."""
    text = "ARG A\nFROM a AS x\nRUN b\nFROM c\n"
    found = model(text)

    assert [(placed.first, placed.stage.name) for placed in found.stages] == [(1, "x"), (3, None)]
    assert [[one.name for one in placed.stage.instructions] for placed in found.stages] == [["FROM", "RUN"], ["FROM"]]
    assert found.before_first_stage == 1
    assert [found.stage_at(index) for index in range(4)] == [None, found.stages[0], found.stages[0], found.stages[1]]


def test_a_file_without_from_has_no_stage() -> None:
    """A file without FROM has no stages and no final stage."""
    found = model("RUN a\n")

    assert (found.stages, found.final, found.before_first_stage) == ((), None, 1)
    assert found.final_ancestry() == frozenset()


def test_instructions_by_name() -> None:
    """The instructions with a name come in the order of the stage, with their indexes."""
    stage = final("FROM a\nRUN b\nUSER c\nRUN d")

    assert [(index, one.words[0].value) for index, one in stage.instructions_named("USER", "RUN")] == [
        (1, "b"),
        (2, "c"),
        (3, "d"),
    ]
    assert list(stage.instructions_named("COPY")) == []


def test_stages_that_reach_the_image() -> None:
    """The layers of the image are those of the final stage and the stages that it is built on."""
    found = model("FROM a AS x\nFROM b AS y\nFROM x\nCOPY --from=y c d")

    assert found.final_ancestry() == {found.stages[0].stage, found.stages[2].stage}


def test_copy_from_a_stage() -> None:
    """COPY names an earlier stage by its name in any letter case or by its number."""
    copies = "".join(f"COPY --from={name} a b\n" for name in ("x", "0", "1", "z"))
    tree = parse(f"FROM a AS x\nFROM a AS X\n{copies}FROM a AS z\n")
    found = build(tree)
    sources = [found.copy_source(tree.instructions[index], index) for index in range(2, 6)]

    assert sources == [found.stages[0], found.stages[0], None, None]
    assert found.find_stage("Z", 7) == found.stages[2]
    assert found.find_stage("z", 6) is None


# Reuse


def edited(old: str, new: str) -> tuple[Model, Model]:
    """The models of a text and of its next version."""
    tree = parse(old)
    before = build(tree)
    return before, build(parse(new, tree), before)


def test_an_unchanged_stage_is_reused() -> None:
    """An unchanged stage is the same object, even if an edit moves it."""
    text = "FROM a AS x\nENV A=1\nFROM b\nRUN c\n"
    before, after = edited(text, f"# moved\n{text}RUN d\n")

    assert after.stages[0].stage is before.stages[0].stage
    assert after.stages[1].stage is not before.stages[1].stage


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FROM a AS x\nFROM x\nRUN b", "FROM a AS x\nENV A=1\nFROM x\nRUN b"),
        ("FROM a AS x\nFROM x\nRUN b", "FROM a AS y\nFROM x\nRUN b"),
        ("ARG A=1\nFROM a\nARG A\nRUN b", "ARG A=2\nFROM a\nARG A\nRUN b"),
        ("ARG A=1\nFROM a:$A\nRUN b", "ARG A=2\nFROM a:$A\nRUN b"),
    ],
)
def test_a_stage_that_depends_on_a_change_is_new(old: str, new: str) -> None:
    """A stage that depends on a change is another object, even if its own lines stay the same."""
    before, after = edited(old, new)
    assert before.final is not None
    assert after.final is not None

    assert after.final.instructions == before.final.instructions
    assert after.final is not before.final


def test_two_stages_with_the_same_text_stay_two() -> None:
    """Two stages with the same text are two objects."""
    text = "FROM a\nRUN b\n" * 2
    before, after = edited(text, f"{text}# c\n")

    assert [placed.stage for placed in after.stages] == [placed.stage for placed in before.stages]
    assert after.stages[0].stage is not after.stages[1].stage


@pytest.mark.slow
def test_a_long_chain_of_stages() -> None:
    """A long chain of stages keeps all variables and takes little time."""
    links = "".join(f"FROM s{number} AS s{number + 1}\nENV V{number}=$V0\n" for number in range(2_000))
    stage = final(f"FROM a AS s0\nENV V0=x\nUSER me\nWORKDIR /w\n{links}")

    assert (image(f"FROM a AS s0\n{links}"), stage.user_at(1).value, stage.workdir_at(1)) == ("a", "me", "/w")
    assert len(stage.environment) == 2_000
    assert stage.variable_at("V1999", 2) == "x"


def test_growing_values_have_a_limit() -> None:
    """A variable that doubles with each line becomes unknown, so that it does not fill the memory."""
    stage = final("FROM a\nENV A=xx\n" + "ENV A=$A$A\n" * 100)

    assert stage.lookup_at(stage.end)("A") is UNKNOWN


# What the base image starts with, where its configuration is known


def with_base_image(text: str) -> Model:
    """The model of a text whose base images all have the same configuration."""
    environment = {"PATH": "/opt/miniconda/bin:/bin", "LD_LIBRARY_PATH": "/lib", "SECRET": None}
    return build(
        parse(dedent(text.removeprefix("\n"))), base_images=lambda _: BaseImage("dockeruser", environment, "/home/me")
    )


def test_a_stage_starts_as_the_user_and_in_the_folder_of_its_base_image() -> None:
    """A stage has the user and folder of its base image until it sets its own, and passes them on."""
    model = with_base_image(
        """
        FROM a AS first
        WORKDIR code
        FROM first
        RUN x
        USER 5:6
        """
    )
    first, second = (placed.stage for placed in model.stages)
    assert (first.user_at(1).value, first.workdir_at(1), first.workdir_at(2)) == (
        "dockeruser",
        "/home/me",
        "/home/me/code",
    )
    assert (second.user_at(1).value, second.user_at(1).stage, second.workdir_at(1)) == (
        "dockeruser",
        None,
        "/home/me/code",
    )
    assert second.user_at(3).value == "5"


def test_the_variables_of_a_base_image_have_their_values() -> None:
    """Variables of a known base image are set or surely unset; hidden values and predefined ARGs are unknown."""
    model = with_base_image("FROM a\nENV A=$PATH:${LD_LIBRARY_PATH:-x} B=x${NONE}y C=$SECRET D=$HTTP_PROXY\n")
    environment = {name: found.value for name, found in model.stages[0].stage.environment.items()}
    assert environment == {"A": "/opt/miniconda/bin:/bin:/lib", "B": "xy", "C": UNKNOWN, "D": UNKNOWN}


def test_a_stage_is_reused_only_with_the_same_base_image() -> None:
    """A new configuration of the base image makes a new stage, with new findings."""
    tree = parse("FROM a\nRUN x\n")
    known, other = BaseImage("a", {}, "/"), BaseImage("b", {}, "/")
    first = build(tree, base_images=lambda _: known)
    assert build(tree, first, lambda _: known).final is first.final
    assert build(tree, first, lambda _: other).final is not first.final
