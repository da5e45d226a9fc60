"""What the course brings to a Jupyter server: what a saved notebook keeps, and quick messages."""
