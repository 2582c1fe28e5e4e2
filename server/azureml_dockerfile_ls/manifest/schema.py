"""What Azure ML's YAML can contain, as data.

Names of schemas and keys are those of the classes of schemas in the package azure-ai-ml 1.35.2, and of the files of
azureml-assets.
"""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What a YAML text describes."""

    ENVIRONMENT = "environment"
    ONLINE_DEPLOYMENT = "online deployment"
    BATCH_DEPLOYMENT = "batch deployment"
    JOB = "job"
    COMPONENT = "component"
    ASSET = "asset"
    ASSET_IMAGE = "image of an asset"
    CONDA = "conda environment"
    OTHER = "other"


HOSTS = ("azuremlschemas", "//azureml/sdk-2-0/")
"""What the address of a schema contains, in any letter case.

The hosts are `azuremlschemas.azureedge.net`, and `azuremlschemasprod.azureedge.net` before. Microsoft's own components
and tutorials also name the same schemas `http://azureml/sdk-2-0/CommandComponent.json` and the like.
"""

KINDS_OF_SCHEMAS = {
    "environment": Kind.ENVIRONMENT,
    "managedOnlineDeployment": Kind.ONLINE_DEPLOYMENT,
    "kubernetesOnlineDeployment": Kind.ONLINE_DEPLOYMENT,
    "onlineDeployment": Kind.ONLINE_DEPLOYMENT,
    "batchDeployment": Kind.BATCH_DEPLOYMENT,
    "modelBatchDeployment": Kind.BATCH_DEPLOYMENT,
    "pipelineComponentBatchDeployment": Kind.BATCH_DEPLOYMENT,
    "commandJob": Kind.JOB,
    "sweepJob": Kind.JOB,
    "pipelineJob": Kind.JOB,
    "sparkJob": Kind.JOB,
    "parallelJob": Kind.JOB,
    "autoMLJob": Kind.JOB,
    "commandComponent": Kind.COMPONENT,
    "pipelineComponent": Kind.COMPONENT,
    "parallelComponent": Kind.COMPONENT,
    "sparkComponent": Kind.COMPONENT,
}
"""The kinds of documents by the name of their schema, in any letter case."""

ENVIRONMENT_KEYS = frozenset(
    "$schema name version description tags properties id image build conda_file inference_config os_type datastore "
    "intellectual_property creation_context stage label latest_version latest_label".split()
)
"""The keys of an environment."""

CONDA_KEYS = frozenset(("name", "channels", "dependencies", "prefix", "variables", "platforms", "category"))
"""The keys of a conda environment file."""

ASSET_KEYS = frozenset(
    "name version type spec extra_config categories test license description tags properties auto_version "
    "release_paths tests generate_tags".split()
)
"""The keys of an `asset.yaml`."""

ASSET_IMAGE_KEYS = frozenset(("image", "publish", "test", "environment"))
"""The keys of the `environment.yaml` of an asset, which says how its image is built."""

ASSET_TYPES = frozenset(
    "environment component model data code evaluationresult evaluator prompt generic agentmanifest".split()
)
"""The values of `type` in an `asset.yaml`."""

DEPLOYMENT_KEYS = frozenset(
    "code_configuration environment model instance_type instance_count compute mini_batch_size environment_variables "
    "max_concurrency_per_instance request_settings scale_settings liveness_probe".split()
)
"""Keys of which every deployment has at least one beside `endpoint_name`."""

BATCH_KEYS = frozenset(("mini_batch_size", "max_concurrency_per_instance", "output_action", "compute"))
"""Keys that only a batch deployment has."""

JOB_TYPES = frozenset(("command", "sweep", "pipeline", "spark", "parallel", "automl"))
"""The values of `type` in a job and a component."""

FREE_KEYS = frozenset(("tags", "properties", "inputs", "outputs", "environment_variables", "variables", "distribution"))
"""Keys with a content of the user's own, in which no environment is looked for."""
