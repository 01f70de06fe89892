"""The process that knows Keras: builds, verifies and trains the programs it is sent, and reports.

Started as `python -m studio.engine`; its main thread answers messages, a background thread runs the program.
The only importer of Keras and its backends. Knows `protocol` and `core` only, and nothing imports it.
"""
