class _Session:
    """One conversation: its messages while another has the release's history, and what was noted about it."""

    def __init__(self) -> None:
        self.stored: list[Any] = []
        self.seen: list[Any] = []
        self.revision = 0
        self.compactions: list[int] = []
        self.stage: Any = None


class _Sessions:
    """Many conversations on the one history that the release has: a turn puts the messages of its session there.

    Turns of one session run side by side, as the release runs them. A turn of another session waits, unless it is
    begun within a turn by the same task.
    """

    def __init__(self, orchestrator: Any, own: str) -> None:
        if not hasattr(getattr(orchestrator, "conversation", None), "_messages"):
            raise NotInThisRelease(
                "sessions", "its orchestrator keeps no history in `conversation`"
            )
        self._orchestrator = orchestrator
        self._known: dict[str, _Session] = {own: _Session()}
        self._turns: list[asyncio.Task[Any] | None] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._loaded = own
        self.own = own

    def of(self, session_id: str | None) -> _Session:
        """A session, the orchestrator's own without an id; it begins when it is first asked for."""
        return self._known.setdefault(
            session_id if session_id is not None else self.own, _Session()
        )

    def ids(self) -> list[str]:
        """The ids of all sessions that have begun."""
        return sorted(self._known)

    def end(self, session_id: str) -> bool:
        """Forgets a session; whether there was one."""
        if session_id == self._loaded:
            self._held[:] = []
            self._prompted(False)
        return self._known.pop(session_id, None) is not None

    def messages(self, session_id: str | None = None) -> list[dict[str, Any]]:
        """The messages of a session as fresh dicts, without the system prompt that the release itself puts first."""
        raw = self._raw(session_id)
        return [
            _as_dict(message)
            for message in raw[1 if self._begins_with_prompt(raw) else 0 :]
        ]

    def replace(
        self, session_id: str | None, messages: Iterable[Mapping[str, Any]]
    ) -> None:
        """Replaces the messages of a session; those that stay keep what else the release noted on them."""
        raw = self._raw(session_id)
        prompt = raw[:1] if self._begins_with_prompt(raw) else []
        old = [(_as_dict(message), message) for message in raw[len(prompt) :]]
        new: list[Any] = []
        for wanted in messages:
            at = next(
                (at for at, (plain, _) in enumerate(old) if plain == dict(wanted)), None
            )
            new.append(old.pop(at)[1] if at is not None else _as_message(wanted))
        raw[:] = prompt + new

    def revision(self, session_id: str | None) -> int:
        """Grows with every change of the messages that is there to be seen."""
        session, raw = self.of(session_id), self._raw(session_id)
        if len(raw) != len(session.seen) or any(
            a is not b for a, b in zip(raw, session.seen)
        ):
            session.seen = list(raw)
            session.revision += 1
        return session.revision

    @contextlib.asynccontextmanager
    async def turn(self, session_id: str) -> AsyncIterator[None]:
        """The time in which a session has the release's history."""
        task = asyncio.current_task()
        while self._is_taken(session_id, task):
            free: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(free)
            await free
        before = self._loaded
        self._load(session_id)
        self._turns.append(task)
        try:
            yield
        finally:
            self._turns.remove(task)
            if task in self._turns:
                self._load(before)
            elif not self._running():
                self._load(self.own)
                self._wake()

    def begin(self, messages: Iterable[Mapping[str, Any]]) -> None:
        """Within a turn: the release's system prompt, and messages behind what is there."""
        self._orchestrator.conversation.ensure_system_prompt()
        self._prompted(True)
        self._held.extend([_as_message(message) for message in messages])

    def contribute(self, text: str) -> None:
        """Within a turn: puts text behind the release's system prompt, in place of what was put there before."""
        held = self._held
        if not self._begins_with_prompt(held):
            if not text:
                return
            held.insert(0, _as_message({"role": "system", "content": text}))
            return
        prompt = self._orchestrator.conversation.system_prompt
        content = f"{prompt}\n\n{text}" if text else prompt
        if held[0].content != content:
            held[0] = _as_message({"role": "system", "content": content})

    @property
    def _held(self) -> Any:
        return self._orchestrator.conversation._messages

    def _raw(self, session_id: str | None) -> Any:
        wanted = session_id if session_id is not None else self.own
        return self._held if wanted == self._loaded else self.of(wanted).stored

    def _load(self, session_id: str) -> None:
        if session_id == self._loaded:
            return
        held = self._held
        if self._loaded in self._known:
            self.of(self._loaded).stored = list(held)
        held[:] = self.of(session_id).stored
        self._prompted(self._begins_with_prompt(held))
        self._loaded = session_id

    def _begins_with_prompt(self, raw: Sequence[Any]) -> bool:
        prompt = self._orchestrator.conversation.system_prompt
        return (
            bool(raw)
            and raw[0].role == "system"
            and bool(prompt)
            and raw[0].content.startswith(prompt)
        )

    def _prompted(self, done: bool) -> None:
        for owner in (self._orchestrator.conversation, self._orchestrator):
            if hasattr(owner, "_system_added"):
                owner._system_added = done

    def _running(self) -> list[asyncio.Task[Any] | None]:
        return [task for task in self._turns if task is None or not task.done()]

    def _is_taken(self, session_id: str, task: asyncio.Task[Any] | None) -> bool:
        return (
            session_id != self._loaded
            and bool(self._running())
            and task not in self._turns
        )

    def _wake(self) -> None:
        for free in self._waiting:
            if not free.done() and not free.get_loop().is_closed():
                free.set_result(None)
        self._waiting.clear()


def _as_dict(message: Any) -> dict[str, Any]:
    plain = {"role": message.role, "content": message.content}
    extra = {
        name: getattr(message, name, None)
        for name in ("name", "tool_calls", "tool_call_id")
    }
    return plain | {name: value for name, value in extra.items() if value is not None}


def _as_message(message: Mapping[str, Any]) -> Any:
    if not isinstance(message, Mapping) or "role" not in message:
        raise TypeError(
            f"a message is a dict with 'role' and 'content', not {type(message).__name__}"
        )
    return importlib.import_module("victor.providers.base").Message(
        **{"content": "", **message}
    )
