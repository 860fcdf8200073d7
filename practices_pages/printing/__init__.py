"""A page as PDF: sheet.py says what is on it, engine.py has it made by process.py, shelf.py keeps
it."""
