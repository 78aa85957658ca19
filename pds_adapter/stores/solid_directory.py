"""The directory of a store on a Solid server: see `hosted_directory`; here an identity is a WebID with its pod."""

from __future__ import annotations

from pathlib import Path

from pds_adapter.sealing.keys import Randomness, system_randomness
from pds_adapter.stores.hosted_directory import HostedAccount, HostedDirectory
from pds_adapter.stores.solid_agent import SolidIdentity

SolidAccount = HostedAccount[SolidIdentity]


class SolidDirectory(HostedDirectory[SolidIdentity]):
    def __init__(self, path: Path, randomness: Randomness = system_randomness) -> None:
        super().__init__(path, SolidIdentity, randomness)
