"""Forms made of params: one editor for every form class of the catalogue."""
