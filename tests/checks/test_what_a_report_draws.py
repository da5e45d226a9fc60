"""Every name and sentence that a picture of a class's report can have is whole on it."""

from collections import Counter

from bnlib.classroom.check.mistakes import MISTAKES
from bnlib.classroom.exercises import TASKS
from bnlib.classroom.report.picture import ASKED, ASKED_LINES, LEFT, picture
from bnlib.classroom.report.table import Report, TaskCounts
from bnlib.classroom.report.words import in_short


def test_the_picture_cuts_no_name_and_no_sentence_off():
    names = list(MISTAKES)
    asked = {"\n".join(in_short(task, ASKED, ASKED_LINES)) for task in TASKS.values()}
    for first in range(0, len(names), 4):
        task = list(TASKS.values())[first // 4]
        made = Counter(dict.fromkeys(names[first : first + 4], 25))
        counts = [
            TaskCounts(each, 25, Counter(solved=25), made if each is task else Counter(), Counter())
            for each in TASKS.values()
        ]
        of_tasks = Report(25, counts, made)
        figure = picture(of_tasks, task.lesson, of_tasks)
        figure.draw_without_rendering()
        assert tuple(figure.bbox.size) == (1920, 1080)
        for text in figure.axes[0].texts:
            extent = text.get_window_extent()
            room = LEFT * 60 if text.get_text() in asked else 1920
            assert 0 < extent.x0 < extent.x1 < room, text.get_text()
            assert 0 < extent.y0 < extent.y1 < 1080, text.get_text()
