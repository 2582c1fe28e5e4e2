"""The signals that STOPSIGNAL takes by name."""

from __future__ import annotations

SIGNALS = (
    *(
        "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM "
        "TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX"
    ).split(),
    *(f"RTMIN+{number}" for number in range(1, 16)),
    *(f"RTMAX-{number}" for number in range(1, 15)),
)
"""The names of the signals of Linux, without `SIG`."""

LIKELY_SIGNALS = ("TERM", "INT", "QUIT", "KILL", "HUP", "USR1", "USR2", "WINCH")
"""The names that people write, the most frequent first."""
