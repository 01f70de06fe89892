"""The models of keras.applications, saved by Keras and opened by the studio: shapes, counts, and the way back."""
