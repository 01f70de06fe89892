"""The engine seen from outside: start it, keep one warm, send requests, turn its life and death into events.

A run always ends in exactly one of Finished, Failed or EngineDied. Must not know Qt, Keras or documents: whoever
listens decides on which thread to go on.
"""
