"""make hub: students of a JupyterHub pull the course, run a lesson, and get an update of it.

The hub and its proxy are reached from this machine alone. Each student is a browser that logs in,
follows nbgitpuller's link, answers the first exercise, runs the lesson, saves it, moves its lab,
and saves notebooks of other courses. Then the teacher changes the lesson, and the students follow
the link again.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from socket import create_connection, socket
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import nbformat
import psutil
from playwright.async_api import async_playwright

from bnlib.classroom.check.exercise import Exercise
from bnlib.classroom.exercises import TASKS

ROOT = Path(__file__).parent.parent
COURSE = "batch-normalization"
ANSWERED, SUMMARY, DOTS = "your-turn-1", "solved", "    ..."
NEWS = "This sentence came with an update."
AT_WORK = 4  # browsers at a time: a student's own computer has one, this one has them all
PATIENCE = 300  # seconds, for each step
MIB = 2**20
OPTIONS = ("allow-root", "Application.log_level=WARN", "LabApp.expose_app_in_browser=True")

NOTEBOOK = "window.jupyterapp.shell.currentWidget"
HAS_KERNEL = """() =>
    window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"""
DO = "command => window.jupyterapp.commands.execute(command)"
WRITE = f"""([id, text]) =>
    [...{NOTEBOOK}.model.cells].find(cell => cell.id === id).sharedModel.setSource(text)"""
SCROLL_TO = f"""id => {NOTEBOOK}.content.scrollToItem(
    {NOTEBOOK}.content.widgets.findIndex(cell => cell.model.id === id))"""
SAVE = """([path, content]) => window.jupyterapp.serviceManager.contents.save(
    path, {type: 'notebook', format: 'json', content})"""
HAS_MOVED = "([picture, before]) => picture.outerHTML !== before"


# Notebooks of other courses, with what this course's hook takes out of its own.
VIEW = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "image/png": "iVBORw0KGgo="}
R = {"name": "R", "file_extension": ".r", "mimetype": "text/x-r-source", "version": "4.4.1"}
PYTHON = {"name": "python", "version": "3.9.1", "nbconvert_exporter": "python"}
OTHERS = {
    "r.ipynb": ({"language_info": R, "widgets": {"state": {"1": {}}}}, 5),
    "widgets.ipynb": ({"language_info": PYTHON, "widgets": {"state": {"1": {}}}}, 5),
    "old.ipynb": ({"language_info": PYTHON, "kernelspec": {"name": "x", "display_name": "X"}}, 4),
}


def notebook_of_others(about, minor):
    """A notebook that is none of this course's."""
    output = {"output_type": "display_data", "data": VIEW, "metadata": {}}
    cell = {"cell_type": "code", "source": "1", "execution_count": 1, "metadata": {}}
    cell |= {"outputs": [output]} | ({"id": "one"} if minor == 5 else {})
    return {"cells": [cell], "metadata": about, "nbformat": 4, "nbformat_minor": minor}


class Student:
    """A browser that works on a lesson at a hub."""

    def __init__(self, name, lesson, home, address):
        self.name, self.lesson = name, lesson.stem
        self.copy = home / COURSE / "notebooks" / lesson.name
        self.stored = nbformat.read(lesson, as_version=4)
        wanted = {
            "repo": f"file://{lesson.parent.parent}",
            "branch": "main",
            "urlpath": f"lab/tree/{COURSE}/notebooks/{lesson.name}",
        }
        self.link = f"{address}/hub/user-redirect/git-pull?{urlencode(wanted)}"
        number = int(lesson.name.partition("_")[0])
        task = next(t for t in TASKS.values() if t.lesson == number and isinstance(t, Exercise))
        self.answer = f"{task.source}\n\n\nexercises.{task.name}.check({task.name})"

    async def work(self, browser):
        """Log in, get the lesson, answer, run, save, and move the lab; the kernel stays."""
        start = time.perf_counter()
        self.page = await (await browser.new_context()).new_page()
        self.page.set_default_timeout(1000 * PATIENCE)
        await self.page.goto(self.link)
        await self.page.fill("input[name=username]", self.name)
        await self.page.fill("input[name=password]", "of no account")
        await self.page.click("input[type=submit]")
        await self.page.wait_for_function(HAS_KERNEL)
        await self.page.evaluate(WRITE, [ANSWERED, self.answer])
        for command in ("notebook:run-all-cells", "docmanager:save"):
            await self.page.evaluate(DO, command)
        self.compare()
        if any(cell.id == "lab" for cell in self.stored.cells):
            await self.move_lab()
        await self.save_others()
        print(f"{self.name}: {self.lesson}, {time.perf_counter() - start:.0f} s")

    def compare(self):
        """What was saved shows what the lesson shows, but for the answer."""
        saved = nbformat.read(self.copy, as_version=4)
        for mine, cell in zip(saved.cells, self.stored.cells, strict=True):
            if cell.id == ANSWERED:
                assert texts(mine)[0].startswith("Right"), texts(mine)
            elif cell.id == SUMMARY:
                assert "1 of" in texts(mine)[0], texts(mine)
            else:
                assert texts(mine) == texts(cell), f"{self.name}, {self.lesson}: {mine}"

    async def move_lab(self):
        await self.page.evaluate(SCROLL_TO, "lab")
        lab = self.page.locator(".bnlib-lab >> nth=0")
        picture = await lab.locator(".picture").element_handle()
        before = await picture.evaluate("picture => picture.outerHTML")
        await lab.locator("input[type=range]").first.focus()
        await self.page.keyboard.press("ArrowRight")
        await self.page.wait_for_function(HAS_MOVED, arg=[picture, before])

    async def save_others(self):
        """Notebooks of other courses are saved as JupyterLab alone saves them, byte for byte."""
        for name, about in OTHERS.items():
            content = notebook_of_others(*about)
            await self.page.evaluate(SAVE, [f"{COURSE}/{name}", content])
            alone = nbformat.writes(nbformat.from_dict(content), version=nbformat.NO_CONVERT)
            saved = (self.copy.parent.parent / name).read_text(encoding="utf-8")
            assert saved.rstrip("\n") == alone, f"{self.name}, {name}: {saved}"

    async def come_again(self):
        """The update is there, and so is the answer."""
        await self.page.goto(self.link)
        await self.page.get_by_role("paragraph").filter(has_text=NEWS).wait_for()
        cells = {cell.id: cell for cell in nbformat.read(self.copy, as_version=4).cells}
        assert NEWS in cells["title"].source
        assert cells[ANSWERED].source == self.answer


def texts(cell):
    """The text of each output of a cell; the empty one before a folded output has none."""
    outputs = cell.get("outputs", [])
    found = [output.get("text", output.get("data", {}).get("text/plain")) for output in outputs]
    return [text for text in found if text]


def publish(folder):
    """The lessons in the teacher's repository, which has what is committed here."""
    course = folder / "teacher" / COURSE
    git("clone", "--quiet", ROOT, course)
    git("-C", course, "checkout", "--quiet", "-B", "main")
    return sorted((course / "notebooks").glob("*.ipynb"))


def update(lessons):
    """A new sentence in each lesson, and a change in the very line that students replaced."""
    for path in lessons:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.id == "title":
                cell.source += f"\n\n{NEWS}"
            if cell.id == ANSWERED:
                cell.source = cell.source.replace(DOTS, f"{DOTS}  # your lines")
        nbformat.write(notebook, path)
    who = ("-c", "user.name=teacher", "-c", "user.email=teacher@localhost")
    git("-C", path.parent, *who, "commit", "--quiet", "--all", "--message", "An update")


def git(*command):
    subprocess.run(["git", *command], check=True)


@contextmanager
def hub(folder):
    """Run a JupyterHub whose students have their homes in folder; gives its address."""
    addresses = [f"http://127.0.0.1:{port}" for port in free_ports(3)]
    settings = {
        "JupyterHub.bind_url": addresses[0],
        "JupyterHub.hub_bind_url": addresses[1],
        "ConfigurableHTTPProxy.api_url": addresses[2],
        "JupyterHub.authenticator_class": "dummy",
        "Authenticator.allow_all": True,
        "JupyterHub.spawner_class": "simple",
        "SimpleLocalProcessSpawner.home_dir_template": f"{folder}/{{username}}",
        "Spawner.args": [f"--{name}" for name in OPTIONS],
        "Spawner.start_timeout": PATIENCE,
        "Spawner.http_timeout": PATIENCE,
        "Application.log_level": "WARN",
    }
    command = ["jupyterhub", *(f"--{name}={value}" for name, value in settings.items())]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "HOME": str(folder)}
    log = folder / "log"
    with log.open("w") as file:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=file, stderr=file)
    try:
        wait_until_it_answers(process, addresses[0])
        yield addresses[0]
    except BaseException:
        print(log.read_text())
        raise
    finally:
        for started in at_home_in(folder):
            started.kill()
        process.wait()


def free_ports(count):
    sockets = [socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_until_it_answers(process, address):
    for _ in range(10 * PATIENCE):
        try:
            create_connection(("127.0.0.1", int(address.rpartition(":")[2]))).close()
        except ConnectionRefusedError:
            assert process.poll() is None, "JupyterHub ended at its start."
            time.sleep(0.1)
        else:
            return


def at_home_in(folder):
    """The processes that were started for the hub: their home is in folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.environ().get("HOME", "")).is_relative_to(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


def memory(folder, name):
    """The most memory of its own that a process with this name in its command has, in MiB."""
    processes = [each for each in at_home_in(folder) if name in " ".join(each.cmdline())]
    return max(each.memory_full_info().uss for each in processes) / MIB


async def few_at_a_time(jobs):
    """Do all jobs, AT_WORK of them at a time."""
    place = asyncio.Semaphore(AT_WORK)

    async def wait_for(job):
        async with place:
            await job

    await asyncio.gather(*map(wait_for, jobs))


async def teach(count, folder, address):
    lessons = publish(folder)
    names = [f"student{number}" for number in range(1, count + 1)]
    students = [
        Student(name, lesson, folder / name, address) for name, lesson in zip(names, cycle(lessons))
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"))
        start = time.perf_counter()
        await few_at_a_time(student.work(browser) for student in students)
        print(f"All {count} were done after {time.perf_counter() - start:.0f} s.")
        for what, name in (("server", "jupyterhub-singleuser"), ("kernel", "ipykernel")):
            print(f"The largest {what} has {memory(folder, name):.0f} MiB of its own.")
        update(lessons)
        await few_at_a_time(student.come_again() for student in students)
        print("An update reached all of them, and their answers are as they were.")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with TemporaryDirectory() as folder, hub(Path(folder)) as address:
        asyncio.run(teach(int(sys.argv[1]), Path(folder), address))
