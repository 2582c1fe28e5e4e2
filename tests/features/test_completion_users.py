"""Completion of users in USER."""

from __future__ import annotations

from tests.features.menus import IMAGE, TRAINING_IMAGE, check_completion, check_pick


def test_user_offers_dockeruser_on_an_inference_image_only() -> None:
    """Other images do not have this user."""
    check_completion(f"FROM {IMAGE}\nUSER $0", "dockeruser", "root")
    check_completion(f"FROM {IMAGE} AS a\nFROM a\nUSER $0", "dockeruser", "root")
    check_completion(f"FROM {TRAINING_IMAGE}\nUSER $0", "root")
    check_completion("FROM ubuntu\nUSER $0", "root")


def test_user_offers_the_users_that_the_file_creates() -> None:
    """Users that are created above the cursor are offered, in this stage or in its base stage."""
    check_completion(
        """
        FROM ubuntu AS base
        RUN groupadd staff && useradd --uid 1001 -ms /bin/bash ann
        FROM base
        RUN adduser --disabled-password --gecos "" bob && adduser bob sudo && useradd eve -u 1002
        USER $0
        RUN useradd late
        """,
        "root",
        "bob",
        "eve",
        "ann",
    )


def test_a_user_replaces_the_user() -> None:
    """The whole name is replaced, even if the cursor is in the middle."""
    check_pick(f"FROM {IMAGE}\nUSER do$0ck", "dockeruser", f"FROM {IMAGE}\nUSER dockeruser")


def test_a_user_keeps_the_group_after_the_cursor() -> None:
    """Only the user's name is replaced."""
    check_pick("FROM ubuntu\nUSER r$0x:staff", "root", "FROM ubuntu\nUSER root:staff")
