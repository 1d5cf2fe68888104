"""The frame of the pages, opened in a real Chromium."""

from browsing import chromium, open_page  # noqa: F401 - fixtures for the tests of this folder
