"""Trainers: samples and a checkpoint folder in, a trained model out. One network a file."""
