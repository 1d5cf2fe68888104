"""The scenes in their order: each does a part of the work through the pages and takes its pictures."""

from picturing import beginning, reporting, sending, writing

SCENES = (*beginning.SCENES, *writing.SCENES, *sending.SCENES, *reporting.SCENES)
