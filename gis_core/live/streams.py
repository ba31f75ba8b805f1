"""The streams of a process: who listens, what each still has to be sent, and what was told lately.

Everything here runs in the event loop. A reader has a queue with an end: whoever takes nothing until it is full is
left, and may come back and go on.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings

from gis_core.errors import Busy
from gis_core.live import events
from gis_core.live.ending import when_told_to_end
from gis_core.live.feeds import feed_registry
from gis_core.live.follower import Follower
from gis_core.live.reading import LANGUAGES, Counters, News, Reader, State

KEEP_ALIVE_S: Final = 15.0
QUEUE: Final = 64
"""So many events may wait for a reader."""
REST_AFTER_S: Final = 30.0
REMEMBERED: Final = 512
"""So many events back can a reader go on from."""

Message = Mapping[str, Any]
Pieces = Callable[[bytes], Any]
logger = logging.getLogger(__name__)


class TooManyStreams(Busy):
    """As many readers as a process may send to listen already."""

    title = "Too many streams"


@dataclass(eq=False, slots=True)
class Listener:
    """One stream: its language, the tab that it is for (empty: unknown), and the id of the last event heard."""

    language: str
    tab: str = ""
    last_id: str = ""
    greeted: bool = False
    ahead: bool = False
    """It has heard more than this process had read when it came."""
    queue: "asyncio.Queue[bytes | None]" = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def tell(self, said: bytes) -> bool:
        """Put an event into the queue; false where there is no place."""
        with suppress(asyncio.QueueFull):
            self.queue.put_nowait(said)
            return True
        return False


@dataclass(frozen=True, slots=True)
class _Sent:
    news: News
    said: Mapping[str, bytes]


class Streams:
    """All streams of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._listeners: dict[Listener, asyncio.Task[None]] = {}
        self._sent: deque[_Sent] = deque(maxlen=REMEMBERED)
        self._state: State | None = None
        self._answers = True
        self._follower = Follower(Reader(feed_registry), self._from_thread, lambda: self._call(self._lose))
        when_told_to_end(loop, self.end)

    def __len__(self) -> int:
        return len(self._listeners)

    async def serve(self, listener: Listener, receive: Callable[[], Any], send: Pieces) -> None:
        """Send to one reader until it leaves, is left, or the server ends; leaves no task behind."""
        writing = asyncio.ensure_future(self._write(listener, send))
        leaving = asyncio.ensure_future(_until_left(receive))
        self._replace(listener.tab)
        self._listeners[listener] = writing
        try:
            if self._follower.follows:
                self._greet(listener)
            else:
                self._follower.follow()  # it reads first
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._listeners.pop(listener, None)
            # Not at once: a page that is loaded anew is greeted without waiting.
            self.loop.call_later(REST_AFTER_S, self._rest)
            for task in (writing, leaving):
                task.cancel()
            await asyncio.gather(writing, leaving, return_exceptions=True)

    def end(self) -> None:
        """End all streams; their readers come back when there is a server again."""
        for listener in list(self._listeners):
            self._leave(listener)

    def _rest(self) -> None:
        if not self._listeners:
            self._follower.rest()

    async def _write(self, listener: Listener, send: Pieces) -> None:
        await send(events.RETRY)
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):  # unlike `wait_for` it makes no task of its own
                    said = await listener.queue.get()
            except TimeoutError:
                said = events.KEEP_ALIVE
            if said is None:
                return
            async with asyncio.timeout(settings.SEND_TIMEOUT_S):
                await send(said)

    def _replace(self, tab: str) -> None:
        """End the stream that a tab had before: it holds one, also when it was not heard to leave."""
        for other in [other for other in self._listeners if tab and other.tab == tab]:
            self._leave(other)

    def _leave(self, listener: Listener) -> None:
        if (writing := self._listeners.pop(listener, None)) is not None:
            writing.cancel()

    # From the follower --------------------------------------------------------------------------------------------

    def _from_thread(self, news: News | None) -> None:
        state = self._follower.reader.state
        said = {} if news is None else {language: events.change(news, language) for language in LANGUAGES}
        self._call(self._take, state, news, said)

    def _call(self, act: Callable[..., None], *given: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed: the server ends
            self.loop.call_soon_threadsafe(act, *given)

    def _take(self, state: State, news: News | None, said: Mapping[str, bytes]) -> None:
        again, self._answers = not self._answers, True
        if news is not None:
            self._state = state
            self._keep(_Sent(news, said))
        # Without news, what was told until now is what readers know; what a pause or a loss held back comes behind.
        self._state = self._state or state
        for listener in list(self._listeners):
            if not listener.greeted or (again and news is None):
                self._greet(listener)
            elif news is not None:
                self._tell(listener, said[listener.language])

    def _keep(self, sent: _Sent) -> None:
        if sent.news.broken:
            self._sent.clear()
        else:
            self._sent.append(sent)

    def _lose(self) -> None:
        if self._answers:
            self._answers = False
            for listener in list(self._listeners):
                self._tell(listener, events.stale())

    def _greet(self, listener: Listener) -> None:
        state = self._state
        if state is None:
            return
        if not self._answers:
            self._tell(listener, events.stale())
            return
        heard = events.heard_by(listener.last_id, state.counters) if listener.last_id else state.counters
        if heard and not listener.ahead and any(number > state.counters[table] for table, number in heard.items()):
            listener.ahead = True  # another process told it, perhaps: we read once more
            return
        missed = heard is None or self._missed(heard, state.counters)
        listener.greeted, listener.last_id = True, ""
        self._tell(listener, events.hello(state, missed=missed))
        if heard is not None and not missed:
            self._tell_again(listener, heard)

    def _tell_again(self, listener: Listener, heard: Counters) -> None:
        for sent in self._sent:
            if any(number > heard[table] for table, number in sent.news.after.counters.items()):
                self._tell(listener, sent.said[listener.language])

    def _missed(self, heard: Counters, now: Counters) -> bool:
        kept_from = self._sent[0].news.before.counters if self._sent else now
        return any(number > now[table] or number < kept_from[table] for table, number in heard.items())

    def _tell(self, listener: Listener, said: bytes) -> None:
        if not listener.tell(said):
            logger.warning("a reader of live changes took nothing of %d events; left", QUEUE)
            self._leave(listener)


async def _until_left(receive: Callable[[], Any]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


_of_this_process: Streams | None = None


def streams_of(loop: asyncio.AbstractEventLoop) -> Streams:
    """Give the streams of the running loop; there is one a process."""
    global _of_this_process  # noqa: PLW0603 - there is one a process
    if _of_this_process is None or _of_this_process.loop is not loop:
        _of_this_process = Streams(loop)
    return _of_this_process


def make_room() -> None:
    """Refuse one stream more than a process may have; asked from the thread that answers.

    Raises
    ------
    TooManyStreams
    """
    if _of_this_process is not None and len(_of_this_process) >= settings.LIVE_STREAMS:
        raise TooManyStreams(
            "This server sends live changes to %(most)d readers at once: ask again later, or ask /api/network.",
            most=settings.LIVE_STREAMS,
        )
