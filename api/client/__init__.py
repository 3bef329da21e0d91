"""A Python client of the API: keys or tokens, retries, pages, files, streams, errors as exceptions.

It needs ``httpx`` (extra ``client``) and loads neither the service nor a model::

    with Client("https://rc.example.gov.cn", key="yc_...") as client:
        found = client.match_profiles("V0123456789abcdef", k=5)
"""

from __future__ import annotations

from api.client.answers import Answer, RemoteError
from api.client.client import Client
from api.client.connection import ClientCredentials
from api.client.copies import Copy

__all__ = ["Answer", "Client", "ClientCredentials", "Copy", "RemoteError"]
