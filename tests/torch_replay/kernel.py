"""A kernel in which torch answers to the names of bnlib."""

if __name__ == "__main__":
    from ipykernel.kernelapp import launch_new_instance
    from stand_in import stand_in

    stand_in()
    launch_new_instance()
