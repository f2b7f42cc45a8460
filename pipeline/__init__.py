"""PlateLoop: finds, rectifies, enhances and reads Korean licence plates."""

__version__ = "0.1.0"
