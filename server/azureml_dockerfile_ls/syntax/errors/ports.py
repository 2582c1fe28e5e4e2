"""What BuildKit refuses in a port of EXPOSE."""

from __future__ import annotations

from azureml_dockerfile_ls.syntax.go import integer, quoted
from azureml_dockerfile_ls.syntax.language import PORT_PROTOCOLS


def port_message(port: str) -> str | None:
    """BuildKit's message for an expanded argument of EXPOSE that is not a port; None for a port."""
    *host, container = port.split(":")
    address, host_port = ":".join(host[:-1]), host[-1] if host else ""
    number, _, protocol = container.partition("/")
    if not number:
        return f"invalid port: {quoted(port)}: no port specified"
    if protocol and protocol.lower() not in PORT_PROTOCOLS:
        return f"invalid port: {quoted(port)}: invalid proto: {protocol}"
    message = _address_message(address) if address else None
    if message:
        return message
    ports, host_ports = _port_range(number), _port_range(host_port)
    if ports is None:
        return f"invalid containerPort: {number}"
    if host_port and host_ports is None:
        return f"invalid hostPort: {host_port}"
    if host_ports and len(ports) > 1 and len(host_ports) != len(ports):
        return f"invalid ranges specified for container and host Ports: {number} and {host_port}"
    return None


def _address_message(address: str) -> str | None:
    # Imported here because an EXPOSE with an address is rare.
    from ipaddress import ip_address

    host = address
    if address.startswith("["):
        host, bracket, rest = address[1:].partition("]")
        reason = "missing port in address" if not rest.startswith(":") else "too many colons in address"
        if not bracket or rest:
            reason = reason if bracket else "missing ']' in address"
            return f"invalid IP address {address}: address {address}:: {reason}"
    try:
        ip_address(host)
    except ValueError:
        return f"invalid IP address: {host}"
    return None


def _port_range(text: str) -> range | None:
    """The ports of `8080` or `8000-8010`."""
    ends = text.split("-")
    first, last = integer(ends[0]), integer(ends[-1])
    if len(ends) > 2 or first is None or last is None:
        return None
    return range(first, last + 1) if 0 <= first <= last <= 65535 else None
