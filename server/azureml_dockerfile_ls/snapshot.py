"""The analysis of one version of one document: immutable, and shared by every request for that version."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.model.model import Model, build
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.rules.causes import without_consequences
from azureml_dockerfile_ls.rules.dockerfile_rules import ON_DOCKERFILES
from azureml_dockerfile_ls.rules.engine import PlacedFinding, PlacedRelated, check
from azureml_dockerfile_ls.rules.general import unfilled_placeholder
from azureml_dockerfile_ls.rules.severities import with_severities
from azureml_dockerfile_ls.settings import DEFAULTS, Settings
from azureml_dockerfile_ls.syntax.nodes import Tree
from azureml_dockerfile_ls.syntax.tree import parse

if TYPE_CHECKING:
    from azureml_dockerfile_ls.rules.hadolint.findings import HadolintReport
    from azureml_dockerfile_ls.rules.hadolint.hidden import Hidden


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The text, tree and model of a Dockerfile, with its build context, its settings and the image index.

    The context is None if it is unknown. `hadolint` is what hadolint said about this version or an earlier one. The
    next version shares the parts of the tree and the model that an edit does not change, and the values stored in them.
    The rest dies with the snapshot.
    """

    tree: Tree
    model: Model
    context: BuildContext | None
    settings: Settings
    images: ImageIndex
    hadolint: HadolintReport | None = None

    @property
    def text(self) -> str:
        """The text of the document."""
        return self.tree.text

    @cached_property
    def findings(self) -> tuple[PlacedFinding, ...]:
        """The findings of the enabled rules, in the order of the text."""
        settings = self.settings
        kept = with_severities(self._own, settings.rules, dockerfile_features=settings.dockerfile_features)
        found = without_consequences(kept)
        if self.hadolint is None or not settings.dockerfile_features:
            return found
        from azureml_dockerfile_ls.rules.hadolint.findings import hadolint_findings

        others = hadolint_findings(self.hadolint, self.tree, self.model, self._own, settings.rules)
        return tuple(sorted((*found, *others), key=lambda finding: (finding.span, finding.rule.name)))

    @cached_property
    def _own(self) -> tuple[PlacedFinding, ...]:
        return check(self.tree, self.model, self.context, self.images, ON_DOCKERFILES)

    def for_hadolint(self) -> Hidden:
        """The text that hadolint reads."""
        from azureml_dockerfile_ls.rules.hadolint.hidden import hidden

        placeholders = (finding.span for finding in self._own if finding.rule is unfilled_placeholder.RULE)
        return hidden(self.tree, placeholders)

    def related_places(self, finding: PlacedFinding) -> Iterator[tuple[PlacedRelated, str]]:
        """The related places of a finding, each with the text of its file; unreadable files are left out."""
        return related_places(finding, self.text, self.context)


def related_places(
    finding: PlacedFinding, text: str, context: BuildContext | None
) -> Iterator[tuple[PlacedRelated, str]]:
    """The related places of a finding in `text`, each with the text of its file; unreadable files are left out."""
    for place in finding.related:
        if place.path is None:
            yield place, text
        elif context is not None and (other := context.read(place.path)) is not None:
            yield place, other


def analyse(
    text: str,
    previous: Snapshot | None = None,
    context: BuildContext | None = None,
    settings: Settings = DEFAULTS,
    images: ImageIndex = EMBEDDED,
    hadolint: HadolintReport | None = None,
) -> Snapshot:
    """The snapshot of a text; with the snapshot of an earlier version, only the changes are analysed."""
    if previous is None:
        tree = parse(text)
        model = build(tree, None, images.base_image, images.meant_name)
        return Snapshot(tree, model, context, settings, images, hadolint)
    is_same_text = previous.text == text
    is_same_state = previous.images is images and previous.context is context and previous.hadolint is hadolint
    if is_same_text and is_same_state and previous.settings == settings:
        return previous
    tree = previous.tree if is_same_text else parse(text, previous.tree)
    is_same_model = tree is previous.tree and previous.images is images
    model = previous.model if is_same_model else build(tree, previous.model, images.base_image, images.meant_name)
    return Snapshot(tree, model, context, settings, images, hadolint)
