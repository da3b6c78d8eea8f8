"""Newer tables, taken in whole or not at all, with what they change said beforehand.

`sources` knows the published files; `fetching`, `recognition` and `collection` make `editions` of
what is given; `changes` compares two editions of a table; `conclusions` finds what the book
concludes from each and which rows make the difference; `proposal` puts these together and writes an
accepted update; `write` replaces several files at once; `report` puts it in words.
"""
