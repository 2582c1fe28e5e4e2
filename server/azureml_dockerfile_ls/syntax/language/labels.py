"""The keys of labels that the OCI image specification defines."""

from __future__ import annotations

_OCI = "org.opencontainers.image"

LABEL_KEYS = {
    f"{_OCI}.title": "Title of the image, for people.",
    f"{_OCI}.description": "Description of the software in the image.",
    f"{_OCI}.version": "Version of the software.",
    f"{_OCI}.authors": "People or organization responsible for the image.",
    f"{_OCI}.source": "URL of the source code.",
    f"{_OCI}.url": "URL of more information.",
    f"{_OCI}.documentation": "URL of the documentation.",
    f"{_OCI}.licenses": "Licenses, as an SPDX expression.",
    f"{_OCI}.vendor": "Organization that distributes the image.",
    f"{_OCI}.created": "Date and time of the build, as in RFC 3339.",
    f"{_OCI}.revision": "Revision of the source code, such as a commit.",
    f"{_OCI}.ref.name": "Name of the reference of the image, such as its tag.",
    f"{_OCI}.base.name": "Reference of the base image.",
    f"{_OCI}.base.digest": "Digest of the base image.",
}
"""Every key with its meaning, the ones that are written most often first."""
