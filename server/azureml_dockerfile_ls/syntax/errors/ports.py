"""What BuildKit refuses in a port of EXPOSE."""

from __future__ import annotations

from azureml_dockerfile_ls.syntax.language import PORT_PROTOCOLS


def port_message(port: str) -> str | None:
    """BuildKit's message for an expanded argument of EXPOSE that is not a port; None for a port."""
    *host, container = port.split(":")
    address, host_port = ":".join(host[:-1]), host[-1] if host else ""
    number, _, protocol = container.partition("/")
    if not number:
        return f"no port specified: {container}<empty>"
    if protocol and protocol.lower() not in PORT_PROTOCOLS:
        return f"invalid proto: {protocol.lower()}"
    if address and not _is_address(address):
        return f"invalid IP address: {address}"
    ports, host_ports = _port_range(number), _port_range(host_port)
    if ports is None:
        is_number = number.isdecimal() and number.isascii()
        return f"invalid containerPort: {number}{': value out of range (0–65535)' if is_number else ''}"
    if host_port and host_ports is None:
        return f"invalid hostPort: {host_port}"
    if host_ports and len(ports) > 1 and len(host_ports) != len(ports):
        return f"invalid ranges specified for container and host Ports: {number} and {host_port}"
    return None


def _is_address(text: str) -> bool:
    # Imported here because an EXPOSE with an address is rare.
    from ipaddress import ip_address

    try:
        ip_address(text.removeprefix("[").removesuffix("]") if text.startswith("[") else text)
    except ValueError:
        return False
    return True


def _port_range(text: str) -> range | None:
    """The ports of `8080` or `8000-8010`."""
    ends = text.split("-")
    if len(ends) > 2 or not all(end.isdecimal() and end.isascii() for end in ends):
        return None
    first, last = int(ends[0][:6]), int(ends[-1][:6])
    return range(first, last + 1) if first <= last <= 65535 else None
