"""Lets one write as if an asynchronous client answered at once."""
import asyncio
import inspect


class Blocking:

    def __init__(self, create):
        self._loop = asyncio.new_event_loop()

        async def made():
            return create()

        self._client = self._loop.run_until_complete(made())

    def __getattr__(self, name):
        method = getattr(self._client, name)

        def call(*arguments, **more):
            result = method(*arguments, **more)
            return self._loop.run_until_complete(result) if inspect.isawaitable(result) else result

        return call

    def run(self, coroutine_of):
        """Runs what a function of the asynchronous client gives."""
        return self._loop.run_until_complete(coroutine_of(self._client))

    def end(self):
        self.close()
        self._loop.close()
