"""Two or more evaluations side by side: paired tests, robustness, tables, charts, a page.

Reading order: `folders` (what `evaluate` has written), `matching` (the items two of them share),
`significance`, `changes`, `compare`; `robustness`; `overall` and `reported` (the paper's mean, and
figures of others, kept apart); `table`, `export`, `plots`, `charts`, `page`.
"""
