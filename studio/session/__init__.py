"""One open project and its use cases, shared by the window and the command line.

Open, edit, undo, save, check, train, stop, export: each a method that a button or a command calls. Must not know Qt,
Keras or how anything looks.
"""
