"""What everyone may use: errors fit to be shown, signals, ids, atomic files, folders, tensor specs, wording, logs.

Knows the standard library (and platformdirs for the folders). Knows nothing of models, Qt, Keras or the network:
whatever names a layer or a widget belongs further up.
"""
