"""Tells this process that something was committed; who listens looks up what (push carries only sequence numbers)."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Bus:
    """Listeners are called on the committing thread and must only set a flag or schedule."""

    def __init__(self) -> None:
        self._listeners: dict[int, Callable[[], None]] = {}
        self._next = 0
        self._lock = threading.Lock()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Add a listener; the answer removes it again."""
        with self._lock:
            key, self._next = self._next, self._next + 1
            self._listeners[key] = listener

        def leave() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return leave

    def committed(self) -> None:
        """Call every listener."""
        with self._lock:
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener()
