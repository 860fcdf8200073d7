"""The open practice format: one description of a practice for exports, imports and the API.

practice-1.schema.json is the format; everything here reads it, writes it or brings other shapes
into it. Nothing here writes to the database.
"""
