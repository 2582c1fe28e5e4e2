"""Texts of our own, and slips of typing in them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from azureml_dockerfile_ls.rules.registry import RULES

_BLOCK = re.compile(r"^```dockerfile\n(.*?)^```$", re.MULTILINE | re.DOTALL)

_BY_HAND = (
    """\
# syntax-free comment
ARG TAG=latest
FROM mcr.microsoft.com/azureml/minimal-py312-inference:${TAG} AS base
USER root:root
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 \\
    && rm -rf /var/lib/apt/lists/*
USER dockeruser
COPY --chown=dockeruser:dockeruser code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py \\
    WORKER_COUNT="2"
EXPOSE 5001
""",
    """\
# check=skip=FromAsCasing;error=false
# escape=`
FROM alpine as tools
RUN echo a `
    # why
    && echo b
WORKDIR /app
COPY --from=tools /etc/hostname .
HEALTHCHECK --interval=30s --timeout=5s --retries=3 CMD ["true"]
""",
    """\
ARG VERSION=3.12
FROM --platform=$BUILDPLATFORM python:${VERSION} AS build
ARG TARGETARCH
ARG NAME=joe UID_OF=1000
ENV HOME_OF=/home/$NAME A=${B:-c} D=${NAME:+e}
LABEL org.opencontainers.image.title="a b" 'version'=1
RUN --mount=type=cache,target=/root/.cache/pip,sharing=locked --mount=type=bind,source=a,target=/a pip install pandas
RUN --network=none ["echo", "a"]
VOLUME /data ["/x"]
STOPSIGNAL SIGTERM
SHELL ["/bin/bash", "-c"]
CMD python app.py
FROM build
COPY --from=build --link /a /b
ONBUILD RUN echo $NAME
ENTRYPOINT ["python"]
CMD ["app.py"]
""",
    """\
FROM scratch
COPY <<EOF <<'RAW' /files/
a $PATH
EOF
b $PATH
RAW
RUN <<-END cat
\tx
\tEND
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/a.tar /
ADD https://github.com/a/b.git#v1:docs /docs
MAINTAINER jane
EXPOSE 80/tcp 90-95/udp
""",
    """\
ARG NEEDED OPTIONAL=x
FROM scratch AS base
ARG NEEDED PORT=80
WORKDIR /
ENV KEPT="a b" EMPTY=
RUN --mount=type=cache,target=/c,id=x,mode=0755,uid=1,ro --mount=type=secret,id=s,required=true,env=S a
RUN --mount=type=tmpfs,target=/t,size=1m --mount=type=ssh --mount=from=other,target=o,source=p /a
COPY --from=0 --chown=1:${KEPT:+1} --chmod=u=rwX,go=rX --exclude=*.md a ${EMPTY:-b} /c/
ADD --keep-git-dir=true --unpack=false https://example.com/a.git?ref=v1&subdir=d /d
EXPOSE 127.0.0.1:$PORT:80 [::1]:443:443/tcp
STOPSIGNAL ${EMPTY:-SIGQUIT}
VOLUME $KEPT
FROM base AS other
ONBUILD COPY --from=base a /b
ONBUILD HEALTHCHECK --timeout=1m --start-period=2s --start-interval=1s CMD a
HEALTHCHECK NONE
SHELL ["/bin/sh", "-c"]
RUN cat << EOF > /x; echo "$((1 << 4))"
${NEEDED:?why}
EOF
COPY << EOF /y
${KEPT%b*} ${KEPT/a/b}
EOF
FROM other
USER 1000:${PORT#8}
""",
    """\
FROM python:3.12
ENV KEY value with blanks
LABEL a b
WORKDIR app
USER $NAME
CMD ["a"]
CMD ["b"]
copy a b
""",
)


def written_by_hand() -> tuple[str, ...]:
    """The texts with all kinds of instructions, which BuildKit accepts."""
    return _BY_HAND


def corpus() -> tuple[str, ...]:
    """The texts: those written by hand, and the examples of the pages of the rules."""
    pages = [text for rule in RULES for text in _BLOCK.findall(rule.page)]
    # One page leaves out most of its file, which is too large to print.
    return tuple(dict.fromkeys((*_BY_HAND, *(text for text in pages if "(and 100 KB more)" not in text))))


_OFTEN = 0.8

_TOKENS = (
    *("--from=base", "--chmod=0755", "--chmod=rwx", "--link", "--mount=type=cache", "--mount=", "--interval=3"),
    *("--platform=linux", "--checksum=sha256:abc", "$", "${", "${A:?no}", "${A}", '"', "'", "\\\n", "\n", " \\\n\n"),
    *(
        "<<EOF",
        "<< EOF",
        "<<-EOF",
        "EOF",
        "#",
        "# check=skip=all\n",
        "AS",
        "as x",
        "=",
        "[",
        "]",
        ":",
        "/",
        "@sha256:1",
    ),
    *("git@a:b?x=1 ", "--device=x", "1h30", "--from=9", "--from=tools", "--mount=from=base,target=/x", "STOPSIGNAL "),
    *("VOLUME ", "$((1 << 4))", "\u00a0", "é", "${A/b/c}", "${A#*b}", "${A^}", " ", "--", "{", "}", "1", "-", "\\"),
    *("ONBUILD ", "RUN ", "COPY a b\n", "FROM base\n", "ENV ", "ARG X\n", "HEALTHCHECK ", "EXPOSE 80/TCP\n", "\t"),
)


def mutants(count: int, seed: int) -> Iterator[str]:
    """Texts with one or two slips: a cut, doubled, swapped or inserted character, word, flag or line."""
    chance = random.Random(seed)
    texts = corpus()
    for _ in range(count):
        # The examples of the pages are short and much alike.
        text = chance.choice(chance.choice((_BY_HAND, texts)))
        for _ in range(chance.choice((1, 1, 2))):
            text = _slip(chance, text)
        yield text


def _outside_from(chance: random.Random, text: str, at: int) -> int:
    """Another place of a text if this one is in a FROM: a wrong image hides all other errors from BuildKit."""
    line = text[text.rfind("\n", 0, at) + 1 :].partition("\n")[0]
    return chance.randrange(len(text)) if line.startswith("FROM") else at


def _slip(chance: random.Random, text: str) -> str:
    kind = chance.randrange(8)
    at = chance.randrange(len(text)) if text else 0
    if chance.random() < _OFTEN:
        at = _outside_from(chance, text, at)
    lines = text.splitlines(keepends=True)
    line = chance.randrange(len(lines)) if lines else 0
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at : at + 1] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
    if kind == 3:
        return "".join((*lines[:line], *lines[line + 1 :]))
    if kind == 4:
        return "".join((*lines[: line + 1], *lines[line : line + 1], *lines[line + 1 :]))
    if kind == 5:
        other = chance.choice(corpus()).splitlines(keepends=True)
        return "".join((*lines[:line], chance.choice(other), *lines[line:]))
    if kind == 6:
        words = re.split(r"(\s+)", text)
        number = chance.randrange(len(words))
        return "".join((*words[:number], *words[number + 1 :]))
    return text[:at] + chance.choice(_TOKENS) + text[at:]
