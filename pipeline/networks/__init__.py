"""Networks and their pre- and post-processing. Only modules that train import torch."""
