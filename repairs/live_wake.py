"""Waking the live hub through Redis, where there is one: news is there in milliseconds instead of half a second.

Redis carries no news, it only wakes: what happened is read from the database. A lost wake costs one round of polling.
"""

import asyncio
import logging
from functools import cache
from importlib import import_module
from typing import Any

from repairs.live_listeners import Listeners

logger = logging.getLogger(__name__)

CHANNEL = "mendwell.live"
PATIENCE_SECONDS = 0.2  # what a move of a job may wait for Redis
AGAIN_SECONDS = 5.0


@cache
def _line(url: str) -> Any:
    # Imported by name: the redis package belongs to production, the demo does without it.
    return import_module("redis").Redis.from_url(
        url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
    )


def ring(url: str) -> None:
    """Wake every hub that listens at the Redis of this address. One that is down is logged, nothing else."""
    try:
        _line(url).publish(CHANNEL, "")
    except import_module("redis").RedisError as error:
        logger.warning("Redis could not wake the live streams; they poll. %s", error)


async def listen(url: str, hub: Listeners) -> None:
    """Wake the hub at every ring until cancelled; a broken line is taken up again."""
    redis = import_module("redis.asyncio")
    while True:
        client = redis.Redis.from_url(url)
        try:
            async with client.pubsub() as rings:
                await rings.subscribe(CHANNEL)
                async for message in rings.listen():
                    if message["type"] == "message" and (hub.jobs or hub.boards):
                        hub.kick()
        except import_module("redis").RedisError as error:
            logger.warning("No wake-ups from Redis for now; the live streams poll. %s", error)
        finally:
            await client.aclose()
        await asyncio.sleep(AGAIN_SECONDS)
