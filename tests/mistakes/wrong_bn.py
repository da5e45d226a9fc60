"""bnlib makes the mistake that BNLIB_MISTAKE names, from the import of this module on."""

import os

from bnlib.classroom.zoo import ZOO

NAME = os.environ.get("BNLIB_MISTAKE", "none")

if NAME != "none":
    {mistake.name: mistake for mistake in ZOO}[NAME].make()
