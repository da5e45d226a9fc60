"""A kernel in which bnlib makes a mistake."""

if __name__ == "__main__":
    import wrong_bn  # noqa: F401 (it makes the mistake)
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()
