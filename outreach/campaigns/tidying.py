"""What the clock asks of stored files: that those go which nothing uses any more. Doing it again changes nothing."""

import json

from sqlalchemy import select

from outreach import clock
from outreach.campaigns.blocks import BLOCK_FIELDS
from outreach.campaigns.models import Block
from outreach.db import db
from outreach.media.rules import list_keys
from outreach.media.service import remove_unused, sweep

_STEP = 1000
_TYPES = [block for block, fields in BLOCK_FIELDS.items() if any(field.kind.takes_file for field in fields)]


def remove_unused_files() -> int:
    """Remove the files that no campaign has referred to for weeks, and return how many; a sent one refers for good."""
    now = clock.now()
    removed = remove_unused(find_used_keys(), now)
    db.session.commit()
    sweep(now)
    return removed


def find_used_keys() -> set[str]:
    """Return the keys of all files that a block refers to, reading the blocks a thousand at a time."""
    statement = select(Block.fields).where(Block.type.in_(_TYPES)).execution_options(yield_per=_STEP)
    keys: set[str] = set()
    for fields in db.session.scalars(statement):
        keys |= list_keys(json.dumps(fields))
    return keys
