"""SecretsUsedInArgOrEnv: the name of an ARG or ENV suggests a secret."""

from __future__ import annotations

from tests.annotated import check_rule

RULE = "SecretsUsedInArgOrEnv"


def test_names_of_secrets() -> None:
    """The name is marked, wherever it is in the instruction."""
    check_rule(
        RULE,
        r"""
        FROM alpine
        ARG API_KEY
        #   ^^^^^^^ SecretsUsedInArgOrEnv Do not use ARG or ENV instructions for sensitive data (ARG "API_KEY")
        ENV A=1 \\
            password=b
        #   ^^^^^^^^ SecretsUsedInArgOrEnv (ENV "password")
        ENV AUTH_MODE=none Secret=x
        #   ^^^^^^^^^ SecretsUsedInArgOrEnv
        #                  ^^^^^^ SecretsUsedInArgOrEnv
        """.replace("\\\\", "\\"),
    )


def test_harmless_names() -> None:
    """Public keys, files and versions are not secrets, and neither are the ARGs before FROM, labels and other words."""
    check_rule(
        RULE,
        """
        ARG TOKEN
        FROM alpine:$TOKEN
        ENV PUBLIC_KEY=a PASSWORD_FILE=b SECRET_VERSION=c MONKEY=d BYPASS=e TOKENIZERS_PARALLELISM=false
        LABEL password=a
        """,
    )
