"""The library: every document and publication of the site's public pages, each once.

    entries.py    what there is, from all rows with files, in a fixed number of statements
    filters.py    by what it is filtered: a description like those of the catalogues
    matching.py   which entries a text finds
    listing.py    from a query string to a page of results, counted like a catalogue's

A file is found wherever a page offers it: rows are discovered by their class, DocumentRow.
"""

from practices_pages.library.entries import Entry, File, Place, entries
from practices_pages.library.filters import LIBRARY
from practices_pages.library.listing import library_results

__all__ = ["LIBRARY", "Entry", "File", "Place", "entries", "library_results"]
