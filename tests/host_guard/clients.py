"""One way to reach a host for every HTTP and WebSocket client that a bot may use; each raises what the client raises.

``test_clients.py`` runs them in a process of its own, which is watched.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import socket
import threading
import urllib.request
from collections.abc import Callable, Coroutine
from typing import Any

import aiodns
import aiohttp
import httpx
import httpx2
import requests
import uvloop
import websocket
import websockets
import websockets.sync.client
from aiohttp.resolver import AsyncResolver, ThreadedResolver
from kiwoom import API
from kiwoom_client import KiwoomAPI

from kiwoom_reference_client import Kiwoom

Reach = Callable[[str], object]
Client = Callable[[str], Coroutine[Any, Any, object]]

PATH = "/api/dostk/websocket"


def on_asyncio(client: Client) -> Reach:
    return lambda host: asyncio.run(client(host))


def on_uvloop(client: Client) -> Reach:
    return lambda host: uvloop.run(client(host))


async def httpx_client(host: str) -> object:
    async with httpx.AsyncClient() as client:
        return await client.get(f"https://{host}/")


async def httpx2_client(host: str) -> object:
    async with httpx2.AsyncClient() as client:
        return await client.get(f"https://{host}/")


def aiohttp_client(resolver: Callable[[], Any] | None = None, scheme: str = "https") -> Client:
    async def client(host: str) -> object:
        connector = aiohttp.TCPConnector(resolver=resolver() if resolver else None)
        async with aiohttp.ClientSession(connector=connector, trust_env=True) as session:
            if scheme == "https":
                return await session.get(f"https://{host}/")
            return await session.ws_connect(f"wss://{host}:10000{PATH}")

    return client


async def websockets_client(host: str) -> object:
    return await websockets.connect(f"wss://{host}:10000{PATH}")


async def streams(host: str) -> object:
    return await asyncio.open_connection(host, 443)


async def socket_of_loop(host: str) -> None:
    with socket.socket() as one:
        one.setblocking(False)
        await asyncio.get_running_loop().sock_connect(one, (host, 443))


async def aiodns_client(host: str) -> object:
    return await aiodns.DNSResolver().query_dns(host, "A")


def plain_socket(host: str) -> None:
    with socket.socket() as one:
        one.connect((host, 443))


def plain_socket_ex(host: str) -> object:
    with socket.socket() as one:
        return one.connect_ex((host, 443))


def http_client(host: str) -> None:
    http.client.HTTPSConnection(host).request("GET", "/")


CLIENTS: dict[str, Reach] = {
    "requests": lambda host: requests.get(f"https://{host}/", timeout=5),
    "urllib": lambda host: urllib.request.urlopen(f"https://{host}/", timeout=5),
    "http.client": http_client,
    "httpx": lambda host: httpx.get(f"https://{host}/"),
    "httpx without the environment": lambda host: httpx.get(f"https://{host}/", trust_env=False),
    "httpx on asyncio": on_asyncio(httpx_client),
    "httpx on uvloop": on_uvloop(httpx_client),
    "httpx2": lambda host: httpx2.get(f"https://{host}/"),
    "httpx2 on asyncio": on_asyncio(httpx2_client),
    "aiohttp on asyncio": on_asyncio(aiohttp_client()),
    "aiohttp on uvloop": on_uvloop(aiohttp_client()),
    "aiohttp ThreadedResolver on asyncio": on_asyncio(aiohttp_client(ThreadedResolver)),
    "aiohttp ThreadedResolver on uvloop": on_uvloop(aiohttp_client(ThreadedResolver)),
    "aiohttp AsyncResolver on asyncio": on_asyncio(aiohttp_client(AsyncResolver)),
    "aiohttp AsyncResolver on uvloop": on_uvloop(aiohttp_client(AsyncResolver)),
    "aiohttp WebSocket on asyncio": on_asyncio(aiohttp_client(scheme="wss")),
    "aiohttp WebSocket on uvloop": on_uvloop(aiohttp_client(scheme="wss")),
    "websockets on asyncio": on_asyncio(websockets_client),
    "websockets on uvloop": on_uvloop(websockets_client),
    "websockets sync": lambda host: websockets.sync.client.connect(f"wss://{host}:10000{PATH}"),
    "websocket-client": lambda host: websocket.create_connection(f"wss://{host}:10000{PATH}", timeout=5),
    "streams on asyncio": on_asyncio(streams),
    "streams on uvloop": on_uvloop(streams),
    "sock_connect on asyncio": on_asyncio(socket_of_loop),
    "sock_connect on uvloop": on_uvloop(socket_of_loop),
    "aiodns": on_asyncio(aiodns_client),
    "socket.connect": plain_socket,
    "socket.connect_ex": plain_socket_ex,
    "socket.create_connection": lambda host: socket.create_connection((host, 443)),
    "socket.gethostbyname": lambda host: socket.gethostbyname(host),
}
"""Each client, with the event loop that it is on."""

READ_THE_ENVIRONMENT = [
    "requests", "urllib", "httpx", "httpx on asyncio", "httpx on uvloop", "httpx2", "aiohttp on asyncio", "aiohttp on uvloop",
    "aiohttp WebSocket on uvloop", "websockets on asyncio", "websockets on uvloop", "websockets sync", "websocket-client",
]  # fmt: skip
"""Those that use a proxy of the environment."""

UNCHANGED: dict[str, Reach] = {
    "kiwoom-client": lambda _: KiwoomAPI("k", "s").login(),
    "kiwoom-restful": lambda _: asyncio.run(API("https://api.kiwoom.com", "k", "s").connect()),
    "reference client": lambda _: Kiwoom.production("k", "s").deposit(),
}
"""Clients of Kiwoom as their users have them, with the host in their code."""


async def httpx_by_proxy(host: str) -> object:
    async with httpx.AsyncClient(proxy=os.environ["PROXY"]) as client:
        return await client.get(f"https://{host}/")


async def aiohttp_by_proxy(host: str) -> object:
    async with aiohttp.ClientSession() as session:
        return await session.get(f"https://{host}/", proxy=os.environ["PROXY"])


async def websockets_by_proxy(host: str) -> object:
    return await websockets.connect(f"wss://{host}:10000{PATH}", proxy=os.environ["PROXY"])


BY_PROXY: dict[str, Reach] = {
    "requests": lambda host: requests.get(f"https://{host}/", proxies={"https": os.environ["PROXY"]}, timeout=5),
    "httpx": lambda host: httpx.get(f"https://{host}/", proxy=os.environ["PROXY"]),
    "httpx on asyncio": on_asyncio(httpx_by_proxy),
    "httpx on uvloop": on_uvloop(httpx_by_proxy),
    "aiohttp on asyncio": on_asyncio(aiohttp_by_proxy),
    "aiohttp on uvloop": on_uvloop(aiohttp_by_proxy),
    "websockets on asyncio": on_asyncio(websockets_by_proxy),
    "websockets on uvloop": on_uvloop(websockets_by_proxy),
}
"""Clients whose proxy is in their code."""


def in_a_thread(reach: Reach, host: str) -> None:
    """A bot in a thread of its own, which takes every error for a bad line and says nothing."""

    def bot() -> None:
        try:
            reach(host)
        except Exception:
            return

    thread = threading.Thread(target=bot, name="bot")
    thread.start()
    thread.join()
