"""The newsletter's screens in Wagtail's admin. They read rows; what changes one is a function of
newsletter.announcing or newsletter.consent.
"""
