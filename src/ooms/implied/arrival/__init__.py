"""The whole chain: from GPT-2 through automation of AI research and beyond, one path a draw.

``largest_run``
    Physical compute: what is known, then the count's trend under what can be built.
``share``
    How far AI does AI research, and by how much that speeds algorithms up.
``routes``
    What has to be reached for AI to do all of it, by four routes kept apart.
``forms``
    What follows full automation: chapter 4's models, one for each draw, by stated weights.
``trajectory``
    All of it put together, quarter by quarter.
``headline``
    One number a draw: when, how likely by when, how much by when.
"""
