"""bnlib makes the mistake that BNLIB_MISTAKE names, from the import of this module on."""

import os

import bnlib_edits

NAME = os.environ.get("BNLIB_MISTAKE", "none")

if NAME != "none":
    bnlib_edits.make(NAME)
