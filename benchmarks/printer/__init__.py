"""Prints invented reports: a truth is composed to a paper, and the paper printed in every layout and format.

truth → paper (rows, cells, spans) → text, HTML, office file, page picture → damage.
Knows nothing of the readers and the report core, and reads no vocabulary: it is their independent counterpart.
"""
