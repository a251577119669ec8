"""Statistical disclosure control: which counts may be published, and how. It knows no figure's name and no database.

`tables` protects one table, `contributors` tables that share cells, from everybody and from each who knows a part of
them; `differencing` several publications of one count, `linked` many tables over many periods.
`printed` gives each number that is printed the range in which the truth lies.
"""
