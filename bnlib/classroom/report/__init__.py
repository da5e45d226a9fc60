"""What a class has solved, and which mistakes it makes: python -m bnlib.classroom.report FOLDER."""
