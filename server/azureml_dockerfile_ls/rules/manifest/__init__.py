"""Rules about Azure ML's YAML: environments, deployments and conda files.

They are imported when a YAML is examined.
"""

NAMES = (
    "RetiredEnvironment",
    "ImageAndBuild",
    "NoImageOrBuild",
    "CondaFileNeedsImage",
    "CondaKeysInEnvironment",
    "BuildWithoutPath",
    "BuildPathNotFound",
    "DockerfileNotFound",
    "CondaFileNotFound",
    "CodeNotFound",
    "ScoringScriptNotFound",
    "OsTagMismatch",
    "EndOfLifePython",
)
"""The names of the rules, which a Dockerfile's comments may mention."""
