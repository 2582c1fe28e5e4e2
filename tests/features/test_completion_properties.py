"""Properties of every completion, at any place of any text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from azureml_dockerfile_ls.features.completion import complete
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.syntax.tree import parse
from tests.features.menus import IMAGE
from tests.test_properties import fragments, some

LINES = (
    "# syntax=docker/dockerfile:1",
    "# check=skip=UnknownTag,UntaggedImage;error=true",
    "#",
    f"FROM {IMAGE}:latest AS build",
    "FROM torch",
    "ARG VERSION TARGETPLATFORM=x",
    "RUN --mount=type=cache,target=/root/.cache/pip,id=a --mount=type=bind,from=build,source=x pip install 'pandas==2'",
    "RUN --mount=type=secret,id=a,\\\n  required --network=none\\\n  x",
    "RUN apt-get update && apt-get install -y \\\n    # why\n    curl git\\\n    wget",
    "RUN <<EOF\npip install pandas\necho $A ${B\nEOF",
    "COPY <<'EOF' /x\n$A\nEOF",
    "COPY --from=build --chmod=755 --link a b ./",
    'CMD ["a", "$B"]',
    "HEALTHCHECK --interval=5s CMD curl $A",
    "EXPOSE 5001/tcp 80",
    "LABEL org.opencontainers.image.title='a b' c=$A",
    "ENV A=1 B='x y' AZUREML_MODEL_DIR=/x",
    "STOPSIGNAL SIGTERM",
    'SHELL ["/bin/bash", "-c"]',
    "ONBUILD RUN pip install -r requirements.txt",
    "ru\\\nn x",
)
"""Lines whose arguments are completed."""

files = st.builds(
    lambda lines, end: end.join(line.replace("\n", end) for line in lines),
    st.lists(st.sampled_from(LINES), max_size=6),
    st.sampled_from(["\n", "\r\n"]),
)


@some
@given(st.one_of(files, fragments), st.floats(0, 1), st.booleans())
@example("# check=skip=all\r\nFROM a\n", 17 / 25, False)
def test_an_edit_replaces_a_part_of_the_word_at_the_cursor(text: str, place: float, is_cut: bool) -> None:
    """Its span is on the cursor's line, holds the cursor, and begins within the word; what is above stays as it is."""
    offset = round(place * len(text))
    text = text[:offset] if is_cut else text
    line = text.rfind("\n", 0, offset) + 1
    above = parse(text[:line]).instructions
    items = complete(analyse(text), offset).items

    assert len({item.span.start for item in items}) <= 1
    for item in items:
        start, end = item.span
        assert line <= start <= offset <= end
        assert "\n" not in text[start:end]
        assert not any(character.isspace() for character in text[start:offset]), item
        after = text[:start] + item.text + text[end:]
        kept = parse(after[:line]).instructions
        assert [instruction.text for instruction in kept] == [instruction.text for instruction in above]


@some
@given(files, st.floats(0, 1))
def test_an_edit_keeps_what_stands_around_the_word(text: str, place: float) -> None:
    """No item removes a comma, a quote or a continuation before the cursor, nor the line break after it."""
    offset = round(place * len(text))
    for item in complete(analyse(text), offset).items:
        typed = text[item.span.start : offset]
        assert not any(character in typed for character in "'\"\\,") or item.text.startswith(typed[0]), item
        following = text[offset : item.span.end]
        assert not following.endswith("\\"), item
        assert "\r" not in following, item
