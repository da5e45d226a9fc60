"""The questions for Moodle and Canvas: make quiz FOLDER=out

    python -m bnlib.classroom.quiz FOLDER [--lessons 1-3]

Writes moodle.gift and canvas.zip: each question with all the numbers that again() asks, so that
students get different ones, and the name of the mistake behind each wrong number. It needs
text2qti: python -m pip install "text2qti>=0.8"
"""

from bnlib.classroom.quiz.canvas import write_qti
from bnlib.classroom.quiz.command import parsed, parser
from bnlib.classroom.quiz.items import questions
from bnlib.classroom.quiz.moodle import gift


def main(arguments: list[str] | None = None) -> None:
    given = parsed(parser("python -m bnlib.classroom.quiz", __doc__), arguments)
    asked = list(questions(given.lessons))
    (given.folder / "moodle.gift").write_text(gift(asked), encoding="utf-8")
    write_qti(asked, given.folder / "canvas.zip")
    variants = sum(len(question.drawn) for question in asked)
    print(
        f"{given.folder}: moodle.gift and canvas.zip, {len(asked)} questions in {variants} variants"
    )


if __name__ == "__main__":
    main()
