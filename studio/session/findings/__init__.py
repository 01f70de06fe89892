"""What is to be said of data that was measured: an engine's plain facts and the drawing make problems with fixes.

Knows the document, the catalogue and analysis; asks no engine and reads no file. `everything.findings` is the way in.
"""
