"""Imports of practices, from a file to drafts and back.

planning says what a row would do, writing does it, undoing takes it back, running goes through
the rows of a run. Drafts only, unless a run is told to publish archival descriptions; nothing
imported is ever announced by an import.
"""
