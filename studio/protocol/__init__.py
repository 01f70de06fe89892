"""What studio and engine say to each other: typed messages, their codec and the channel that carries them.

One message per line over pipes. Arrays, images and weights never travel here; they are files in the run folder.
Imported by both processes, so it must know neither Keras nor Qt nor documents.
"""
