"""One version of one document, analysed: immutable, and shared by every request about that version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.model.stages import Model, build
from azureml_dockerfile_ls.rules.engine import Memory, PlacedFinding, check
from azureml_dockerfile_ls.rules.severities import with_severities
from azureml_dockerfile_ls.settings import DEFAULTS, Settings
from azureml_dockerfile_ls.syntax.nodes import Tree
from azureml_dockerfile_ls.syntax.tree import parse


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A Dockerfile's text, tree and model, its build context, None where that is not known, its settings, and what is
    known of images.

    `findings` are worked out when they are first asked for.
    """

    tree: Tree
    model: Model
    context: BuildContext | None
    settings: Settings
    images: ImageIndex
    remembered: Memory

    @property
    def text(self) -> str:
        """The text of the document."""
        return self.tree.text

    @cached_property
    def findings(self) -> tuple[PlacedFinding, ...]:
        """What the rules found and the settings let through, in the order of the text."""
        settings = self.settings
        return with_severities(self._checked[0], settings.rules, dockerfile_features=settings.dockerfile_features)

    @property
    def memory(self) -> Memory:
        """What the next version need not work out again."""
        return self._checked[1] if "_checked" in self.__dict__ else self.remembered

    @cached_property
    def _checked(self) -> tuple[tuple[PlacedFinding, ...], Memory]:
        return check(self.tree, self.model, self.context, self.images, self.remembered)


def analyse(
    text: str,
    previous: Snapshot | None = None,
    context: BuildContext | None = None,
    settings: Settings = DEFAULTS,
    images: ImageIndex = EMBEDDED,
) -> Snapshot:
    """The snapshot of a text; with the snapshot of an earlier version only what changed is worked out again."""
    if previous is None:
        tree = parse(text)
        return Snapshot(tree, build(tree, None, images.base_image), context, settings, images, Memory())
    is_same_text = previous.text == text
    if is_same_text and previous.images is images and previous.context is context and previous.settings == settings:
        return previous
    tree = previous.tree if is_same_text else parse(text, previous.tree)
    is_same_model = tree is previous.tree and previous.images is images
    model = previous.model if is_same_model else build(tree, previous.model, images.base_image)
    return Snapshot(tree, model, context, settings, images, previous.memory)
