#!/usr/bin/env python3
"""A node of the contract (docs/contract.md) on Python's standard library. README.md says where to begin reading."""

import asyncio
import os
import signal
import sys

sys.dont_write_bytecode = True  # RAFT_DATA is the only directory that a node writes to

from contract import Contract  # noqa: E402
from driver import Driver  # noqa: E402
from http_server import HttpServer  # noqa: E402
from settings import SettingsError, read_settings  # noqa: E402
from storage import Storage, StorageError  # noqa: E402


async def run() -> None:
    settings = read_settings()
    storage = Storage(settings.data)
    recovered = storage.recover(settings.voters)
    print(f"{settings.id} begins in term {recovered.term} with {len(recovered.entries)} entries", flush=True)
    # What was acknowledged is on disk at any moment, so that stopping is no more than ending.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: os._exit(0))
    driver = Driver(settings, storage, recovered)
    await driver.start()
    await HttpServer(Contract(driver).answer).start(*settings.listen_client)
    await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(run())
    except (SettingsError, StorageError, OSError) as error:
        sys.exit(f"{error}")
