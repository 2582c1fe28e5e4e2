"""The settings: their values, and the table that describes them.

The reader, the README, the VS Code extension and the JSON schema of the settings file all take them from `SETTINGS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from azureml_dockerfile_ls.records import NamedTuple, dataclass
from azureml_dockerfile_ls.rules.rule import Severity

SECTION = "azuremlDockerfile"
"""The name of the section that holds the settings in an editor."""

EXTEND = "extend"
"""The key of a settings file that names another one, whose settings apply where the file sets nothing."""

OVERRIDES = "overrides"
PATHS = "paths"
"""The keys of settings for some of the files: an array of tables, each with patterns of paths."""

MAX_HOURS = 100_000
"""The highest value of a setting that is a number of hours."""

SEVERITIES: Mapping[str, Severity | None] = {
    "off": None,
    "hint": Severity.HINT,
    "information": Severity.INFORMATION,
    "warning": Severity.WARNING,
    "error": Severity.ERROR,
}
"""The words for the severity of a rule."""


class Problem(NamedTuple):
    """What is wrong in settings, and where.

    `path` is the file, None for settings that an editor sent. `line` counts from 1, and `column` and `end_column` from
    0; the line is None where it is unknown. `key` is the full name of the setting, empty for the settings as a whole.
    """

    text: str
    key: str = ""
    path: str | None = None
    line: int | None = None
    column: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return self.text if self.path is None else f"{place}: {self.text}"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that apply to a Dockerfile.

    `rules` maps the names of rules, as the registry spells them, to a severity, or to None for off. A rule that is not
    in it keeps its own severity. The name `hadolint` stands for all rules of hadolint that are not in it.
    `build_context` is an absolute path, or None for the folder that holds the Dockerfile. `registry_urls` maps the
    beginnings of image names to the URLs of their registries.
    """

    rules: Mapping[str, Severity | None] = field(default_factory=dict)
    dockerfile_features: bool = True
    build_context: str | None = None
    inlay_hint_tags: bool = True
    inlay_hint_users: bool = True
    inline_completion: bool = False
    registry_enabled: bool = True
    registry_urls: Mapping[str, str] = field(default_factory=dict)
    registry_max_age_hours: float = 24.0


DEFAULTS = Settings()


class SettingType(Enum):
    """The type of a setting's value."""

    SEVERITIES = "a table of rule names and severities"
    BOOLEAN = "true or false"
    PATH = "a path"
    HOURS = "a number of hours"
    URLS = "a table of image name prefixes and URLs"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name as users write it, its field in `Settings`, and what the documentation says about it.

    `doc` is Markdown. `default` is the default for the documentation, where the value in `DEFAULTS` does not explain
    itself. A project cannot set a setting with `is_editor_only`.
    """

    name: str
    field: str
    type: SettingType
    doc: str
    default: str | None = None
    is_editor_only: bool = False


SETTINGS = (
    Setting(
        "rules",
        "rules",
        SettingType.SEVERITIES,
        "The severity of each rule: `off`, `hint`, `information`, `warning` or `error`. A rule that is not listed "
        "keeps its own severity. `hadolint` means all rules of hadolint, and `DL3008` or `SC2086` one of them.",
        default="none",
    ),
    Setting(
        "dockerfileFeatures",
        "dockerfile_features",
        SettingType.BOOLEAN,
        "Support everything in a Dockerfile. `false` leaves only what concerns Azure ML, for use beside another "
        "Dockerfile server.",
    ),
    Setting(
        "buildContext",
        "build_context",
        SettingType.PATH,
        "The folder that COPY reads from. A relative path starts from the folder of the settings file, or from the "
        "workspace folder if the editor sets it. A settings file can name only a folder of its repository. Without the "
        "setting, the YAML of an Azure ML environment can name the folder.",
        default="the folder of the Dockerfile",
    ),
    Setting(
        "inlayHints.tags",
        "inlay_hint_tags",
        SettingType.BOOLEAN,
        "Show which tag `latest` and the template tags stand for.",
    ),
    Setting(
        "inlayHints.users",
        "inlay_hint_users",
        SettingType.BOOLEAN,
        "Show the user where a stage does not begin as root, and where a variable names it.",
    ),
    Setting(
        "inlineCompletion",
        "inline_completion",
        SettingType.BOOLEAN,
        "Suggest the next line in grey where only one line fits, in an editor with inline completion.",
    ),
    Setting(
        "registry.enabled",
        "registry_enabled",
        SettingType.BOOLEAN,
        "Ask the registry for current images and tags. Only the names of Azure ML's public images are sent. `false` "
        "sends nothing.",
    ),
    Setting(
        "registry.maxAgeHours",
        "registry_max_age_hours",
        SettingType.HOURS,
        "The number of hours before the server asks the registry again.",
    ),
    Setting(
        "registry.urls",
        "registry_urls",
        SettingType.URLS,
        "The registries to ask instead, for a mirror, by the beginning of an image's name: "
        '`{"mcr.microsoft.com": "https://mirror.example"}`.',
        default="none",
        is_editor_only=True,
    ),
)
"""Every setting, in the order of the documentation."""
