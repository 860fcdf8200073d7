"""One archive of everything that cannot be made again: database, uploaded files, send journal.

`making` writes it, `restoring` puts it back; `database` knows the two databases and `archive` the
file. docs/backup.md tells operators what to do with it.
"""
