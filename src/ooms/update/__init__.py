"""Newer tables, taken in whole or not at all, with what they change said beforehand.

`sources` knows the published files; `fetching`, `recognition` and `collection` make `editions` of
what is given; `changes` compares two editions of a table; `conclusions` finds what the book
concludes from each and which rows make the difference. `draft` enters editions into a copy of the
tables, `judgement` compares the two, `proposal` puts these together and `acceptance` writes what is
accepted: by `write`, which replaces several files at once. `revision` gives the tables of a commit,
`report` puts a proposal in words.
"""
