"""The order of tags, the newest one, and template tags."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.images.tags import is_template, natural_key, newest, resolve_template, sort_key

numbers = st.integers(min_value=0, max_value=10**9)
tags = st.one_of(
    st.just("latest"),
    st.builds("{:04}{:02}{:02}.v{}".format, st.integers(2019, 2027), st.integers(1, 12), st.integers(1, 28), numbers),
    st.builds("{}".format, numbers),
    st.builds("biweekly.2026{:02}.{}".format, st.integers(1, 12), st.integers(1, 4)),
    st.builds("biweekly.2026{:02}.{}.v{}".format, st.integers(1, 12), st.integers(1, 4), st.integers(1, 3)),
    st.text(alphabet="av019._-", min_size=1, max_size=12),
    st.text(max_size=20),
)


@pytest.mark.parametrize(
    "newest_first",
    [
        pytest.param(["20260722.v10", "20260722.v9", "20260722.v3"], id="revisions of a day by number"),
        pytest.param(["20260715.v1", "20251231.v9", "20220516.v3"], id="days before revisions"),
        pytest.param(["127", "100", "10", "9", "1"], id="integers by number"),
        pytest.param(["biweekly.202607.1", "biweekly.202606.3", "biweekly.202512.3"], id="biweekly by month"),
        pytest.param(["biweekly.202311.10", "biweekly.202311.9"], id="biweekly by number"),
        pytest.param(
            ["biweekly.202303.2.v2", "biweekly.202303.2.v1", "biweekly.202303.2"], id="a revision after its first issue"
        ),
        pytest.param(
            ["20250310.v1", "20220331.v12", "20210623.40134510", "20210210.31228572"], id="dates with a build number"
        ),
        pytest.param(["20230602.8_cpu", "20230306.2_cpu"], id="dates with a suffix"),
        pytest.param(["20201118", "20201117.v1", "20201117"], id="bare dates"),
        pytest.param(["1.1.10", "1.1.9"], id="versions by number"),
        pytest.param(["monthly.202209", "monthly.202206"], id="numbers inside words, highest first"),
        pytest.param(["cpu", "gpu"], id="words in alphabetical order"),
        pytest.param(["latest", "20260715.v1", "42", "biweekly.202607.1", "v0.4.0"], id="latest, then kind by kind"),
    ],
)
def test_newest_first(newest_first: list[str]) -> None:
    """Tags come newest first, compared by number and not by character, and `latest` comes before all."""
    shuffled = random.Random(1).sample(newest_first, len(newest_first))

    assert newest_first == sorted(shuffled, key=sort_key)


def test_eight_digits_that_are_not_a_date() -> None:
    """A long number that is not a date is an integer, so it comes after the dated tags."""
    assert sorted(["9", "31228572", "20260715.v1"], key=sort_key) == ["20260715.v1", "31228572", "9"]


@pytest.mark.slow
@given(st.lists(tags, unique=True))
def test_order_is_total(some: list[str]) -> None:
    """Every permutation of a list of tags is sorted into the same order."""
    shuffled = random.Random(len(some)).sample(some, len(some))

    assert sorted(some, key=sort_key) == sorted(shuffled, key=sort_key)


@given(st.lists(tags))
def test_latest_is_first(some: list[str]) -> None:
    """`latest` comes first in every list."""
    assert sorted([*some, "latest"], key=sort_key)[0] == "latest"


@given(numbers, numbers)
def test_integers_compare_by_number(one: int, other: int) -> None:
    """Versions of a curated environment are compared as numbers, the higher first."""
    expected = [str(max(one, other)), str(min(one, other))]

    assert expected == sorted([str(one), str(other)], key=sort_key)


def test_no_tag_is_too_long() -> None:
    """A tag of thousands of digits, which Python does not convert to a number, can be sorted."""
    assert sorted(["9" * 5000, "latest", "8" * 5000], key=sort_key) == ["latest", "9" * 5000, "8" * 5000]


def test_natural_key() -> None:
    """Names are ordered by their words, and by the highest number where the words agree."""
    names = ["openmpi4.1.0-ubuntu22.04", "inference-base-2204", "openmpi5.0-cuda9.2", "openmpi5.0-cuda12.8"]

    expected = ["inference-base-2204", "openmpi5.0-cuda12.8", "openmpi5.0-cuda9.2", "openmpi4.1.0-ubuntu22.04"]
    assert expected == sorted(names, key=natural_key)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["20260715.v1", "latest", "20260722.v3"], "20260722.v3"),
        (["9", "10", "latest"], "10"),
        (["0.0.1-preview", "latest", "57"], "57"),
        (["biweekly.202307.1", "monthly.202209", "latest"], "biweekly.202307.1"),
        (["1.1.9", "1.1.10"], "1.1.10"),
        (["v0.4.0"], "v0.4.0"),
        (["latest"], None),
        ([], None),
        (["latest", "openmpi3.1.2-ubuntu16.04", "openmpi3.1.2-ubuntu18.04"], None),
    ],
)
def test_newest(tags: list[str], expected: str | None) -> None:
    """The newest tag is the highest dated or numbered one; never `latest`, nor a tag that is the name of an image."""
    assert expected == newest(tags)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("{{latest-image-tag}}", True),
        (r"{{latest-image-tag:biweekly\.\d{6}\.\d{1}.*}}", True),
        ("{{latest-image-tag:}}", False),
        ("{{latest-image-tag", False),
        ("{{image-tag}}", False),
        ("latest", False),
    ],
)
def test_is_template(tag: str, expected: bool) -> None:
    """Only the two forms that Azure's own tool replaces are template tags."""
    assert is_template(tag) is expected


BIWEEKLY = ("latest", "biweekly.202607.1", "biweekly.202606.3", "biweekly.202606.2.v1", "vision.biweekly.202608.1")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param(r"biweekly\.\d{6}\.\d{1}.*", "biweekly.202607.1", id="the pattern of azureml-assets"),
        pytest.param(r"biweekly\.202606\..*", "biweekly.202606.3", id="the newest of several"),
        pytest.param(r"^biweekly\.\d+\.\d\.v[0-9]+$", "biweekly.202606.2.v1", id="anchors and classes"),
        pytest.param(r"biweekly\.\d{6}\.\d{1,2}?", "biweekly.202607.1", id="a lazy quantifier"),
        pytest.param(r"[^b].*", "vision.biweekly.202608.1", id="latest is never meant"),
        pytest.param(r"biweekly\.\d{6}}}", None, id="not in full"),
        pytest.param("bad-tag-regex", None, id="no match"),
    ],
)
def test_template_with_pattern(pattern: str, expected: str | None) -> None:
    """A template with a regular expression means the newest tag that matches it in full."""
    assert expected == resolve_template("{{latest-image-tag:" + pattern + "}}", BIWEEKLY)


@pytest.mark.parametrize("pattern", ["(a", "[a", "[z-a]", "a{3,1}", "*", r"\1", "a++", "x{999}", "(?:a|b)", "b" * 300])
def test_refused_pattern(pattern: str) -> None:
    """An invalid expression, or one that is more than a flat sequence, gives None."""
    assert resolve_template("{{latest-image-tag:" + pattern + "}}", ["a", "b", "ab"]) is None


@pytest.mark.parametrize("pattern", ["(a+)+$", ".*" * 60 + "!", "a*" * 60 + "!", "(.|a)*!", ".{0,128}" * 28 + "!"])
def test_catastrophic_pattern(pattern: str) -> None:
    """An expression on which a backtracking matcher would hang takes little CPU time."""
    started = time.process_time()

    assert resolve_template("{{latest-image-tag:" + pattern + "}}", ["a" * 128]) is None
    assert time.process_time() - started < 0.5


@given(st.text(max_size=30), st.lists(tags, max_size=5))
def test_any_pattern(pattern: str, some: list[str]) -> None:
    """Any expression gives one of the tags other than `latest`, or None."""
    answer = resolve_template("{{latest-image-tag:" + pattern + "}}", some)

    assert answer is None or (answer in some and answer != "latest")


def test_plain_template() -> None:
    """A template without an expression means the newest tag; a tag that is not a template gives None."""
    assert resolve_template("{{latest-image-tag}}", ["latest", "20260715.v1", "20260722.v3"]) == "20260722.v3"
    assert resolve_template("{{latest-image-tag}}", ["latest"]) is None
    assert resolve_template("20260715.v1", ["20260715.v1"]) is None
