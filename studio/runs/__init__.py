"""What training left behind: run folders, their records, metrics and histories.

A run is a folder of ordinary files that survives either process dying. Must not know Qt, Keras or the engine.
"""
