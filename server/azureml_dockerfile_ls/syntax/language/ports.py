"""The protocols of the ports that EXPOSE names."""

from __future__ import annotations

PORT_PROTOCOLS = ("tcp", "udp", "sctp")
"""The first is that of a port without one."""
