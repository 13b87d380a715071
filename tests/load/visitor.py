"""One visitor's browser as the server sees it: a websocket that speaks Streamlit's own messages.

It keeps messages that the server may refer to by hash, reruns fragments when it was told to, and remembers what is on the
page: the payload on stage, sliders, and whether a traceback was shown.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 600.0
"""Seconds after which a visitor gives up."""


class Visitor:
    """A page that was opened.

    Args:
        base: the address of the server.
        link: the parameters of the page's address.
    """

    def __init__(self, base: str, link: dict[str, str]) -> None:
        self._url = base.replace("http", "ws", 1) + "/_stcore/stream"
        self._query = urlencode(link)
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._kept: dict[str, ForwardMsg] = {}
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._widgets: dict[str, Any] = {}
        self._changed = asyncio.Event()
        self.sliders: dict[str, Any] = {}
        self.payload: dict[str, Any] = {}
        self.words: list[str] = []
        self.progress = ""
        self.tracebacks: list[str] = []
        self.received = 0
        self.finished = 0
        self.lost = False

    async def open(self) -> Visitor:
        """Connect and ask for the page."""
        self._socket = await connect(self._url, subprotocols=["streamlit"], compression=None, max_size=None, open_timeout=60)  # type: ignore[list-item]
        self._reader = asyncio.create_task(self._read())
        await self._rerun()
        return self

    async def close(self) -> None:
        """Close the tab."""
        for task in [*self._timers.values(), self._reader]:
            if task is not None:
                task.cancel()
        if self._socket is not None:
            await self._socket.close()

    async def move(self, label: str, value: float) -> None:
        """Move a slider."""
        self._widgets[self.sliders[label].id] = value
        self.payload = {}
        await self._rerun()

    async def until(self, condition: Any, patience: float = PATIENCE) -> float:
        """Wait until something holds of this visitor; returns the seconds that took."""
        start = time.perf_counter()
        while not condition(self):
            if self.lost:
                raise ConnectionError("the server closed the connection")
            self._changed.clear()
            left = patience - (time.perf_counter() - start)
            if left <= 0:
                raise TimeoutError(f"still: {self.progress} {self.words}")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), min(left, 5))
        return time.perf_counter() - start

    async def _rerun(self, fragment: str = "", *, by_itself: bool = False) -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.fragment_id, state.is_auto_rerun = self._query, fragment, by_itself
        state.cached_message_hashes.extend(self._kept)
        for name, value in self._widgets.items():
            widget = state.widget_states.widgets.add()
            widget.id = name
            widget.double_array_value.data.append(value)
        assert self._socket is not None
        await self._socket.send(message.SerializeToString())

    async def _read(self) -> None:
        assert self._socket is not None
        with suppress(asyncio.CancelledError):
            try:
                async for data in self._socket:
                    assert isinstance(data, bytes)
                    self.received += len(data)
                    self._take(ForwardMsg.FromString(data))
            finally:
                self.lost = True
                self._changed.set()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            self._take(self._kept[message.ref_hash])
            return
        if message.metadata.cacheable:
            self._kept[message.hash] = message
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._see(message.delta.new_element)
        elif kind == "new_session" and not message.metadata.run.fragment_ids:
            self.words = []
            for fragment in list(self._timers):
                self._stop_timer(fragment)
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._tick(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._stop_timer(fragment)
        elif kind == "script_finished":
            self.finished += message.script_finished in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
        self._changed.set()

    def _see(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "bidi_component" and element.bidi_component.component_name.endswith("collapse_stage"):
            payload, context = json.loads(element.bidi_component.json)
            self.payload = {**json.loads(payload), **context}
        elif kind == "slider":
            self.sliders[element.slider.label] = element.slider
        elif kind == "progress":
            self.progress = element.progress.text
        elif kind == "alert":
            self.words.append(element.alert.body)
        elif kind == "exception":
            self.tracebacks.append(element.exception.message)

    def _tick(self, fragment: str, interval: float) -> None:
        async def beat() -> None:
            while True:
                await asyncio.sleep(interval)
                await self._rerun(fragment, by_itself=True)

        self._stop_timer(fragment)
        self._timers[fragment] = asyncio.create_task(beat())

    def _stop_timer(self, fragment: str) -> None:
        if timer := self._timers.pop(fragment, None):
            timer.cancel()


def sees_a_whole_run(visitor: Visitor) -> bool:
    """Whether the stage shows a run that has ended, and no newer one is on its way."""
    return bool(visitor.payload.get("panels")) and not visitor.payload["growing"] and not visitor.payload.get("before", False)
