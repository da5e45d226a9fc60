// The page wakes up by itself while it is read: labs move, answers are checked, cells run.

import { button, editor, element } from "./elements.js";
import { forget, keep, keptOf } from "./kept.js";
import { home } from "./home.js";
import { showLab } from "./lab.js";
import { Ended, Python } from "./python.js";
import { LAB, shownOf, withOutput } from "./shown.js";

const CHECK = 5_000, RUN = 180_000; // milliseconds that Python has for it
const ASKED_FOR = "Python is still waking up; this comes as soon as it is awake.";
const ENDED = "Stopped. Python had to be started again: what the cells above have computed is gone, and what you wrote is not.";

class Cell {
  done = false;

  constructor(box) {
    this.box = box;
    this.id = box.dataset.cell;
    this.input = box.querySelector(".input");
    this.output = box.querySelector(".output");
    this.stub = this.input.textContent.trimEnd();
    this.former = [...(this.output?.children ?? [])].filter((each) => !each.matches("summary, .text"));
    this.added = [];
  }

  // What the page gets beside its own; it goes again if Python cannot wake here.
  add(place, ...elements) {
    this.added.push(...elements);
    place(...elements);
  }

  restore() {
    for (const each of [...this.added, this.fresh]) each?.remove();
    this.input.hidden = false;
    for (const each of this.former) each.hidden = false;
  }

  get source() {
    return this.stub;
  }

  bring(source, outputs) {
    this.write({ source, outputs });
    keep(this.id, this.source, outputs);
  }

  show(outputs) {
    if (!outputs.length && !this.output) return;
    if (!this.fresh) {
      this.fresh = element("div", { class: "fresh", role: "status" });
      if (!this.output) this.add((it) => this.box.append(it), (this.output = element("div", { class: "output" })));
      const before = this.former.at(-1) ?? this.output.querySelector("summary");
      if (before) before.after(this.fresh);
      else this.output.prepend(this.fresh);
    }
    for (const each of this.former) each.hidden = true;
    this.fresh.removeAttribute("aria-busy");
    this.lab?.end();
    this.lab = null;
    this.fresh.replaceChildren(
      ...outputs.map((each) => {
        if (!each.data?.[LAB]) return shownOf(each);
        this.lab = showLab(python, each.data[LAB]);
        return this.lab.element;
      }),
    );
  }

  say(words) {
    this.show([{ output_type: "stream", text: words }]);
  }

  // Runs this cell alone; what it shows.
  async run(limit, early, typed) {
    let outputs = [];
    try {
      const source = await python.run(typed === undefined ? this.source : this.stub, {
        name: this.id,
        typed,
        limit,
        early,
        show: (output) => {
          if (output) this.show((outputs = withOutput(outputs, output)));
          else this.fresh?.setAttribute("aria-busy", "true");
        },
      });
      this.show(outputs);
      this.done = true;
      return { source, outputs };
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      this.say(ENDED);
      return { source: this.source, outputs: [] };
    }
  }
}

const runs = ({ key, ctrlKey, metaKey, shiftKey }) => key === "Enter" && (ctrlKey || metaKey || shiftKey);

// A cell of the lesson: Run runs it, and first whatever above it has not run yet. It can be changed.
class Code extends Cell {
  constructor(box) {
    super(box);
    this.go = button("Run", () => this.press());
    this.pen = button("Edit", () => (this.field ? this.leave() : this.edit(this.stub)));
    if (this.id === "setup") return;
    this.add((it) => this.input.before(it), element("div", { class: "go" }, this.pen, this.go));
    const kept = keptOf(this.id);
    if (kept) this.write(kept);
  }

  get source() {
    return this.field?.value ?? this.stub;
  }

  write({ source, outputs = [] }) {
    this.edit(source);
    if (outputs.length) this.show(outputs);
  }

  edit(source) {
    this.field?.remove();
    this.field = editor("Code", source);
    this.field.addEventListener("input", () => {
      keep(this.id, this.source);
      this.done = false;
    });
    this.field.addEventListener("keydown", (event) => {
      if (!runs(event)) return;
      event.preventDefault();
      this.press();
    });
    this.add((it) => this.input.after(it), this.field);
    this.input.hidden = true;
    this.pen.textContent = "Undo";
  }

  // The code as the lesson has it.
  leave() {
    if (this.source !== this.stub && !confirm("This puts the lesson's code back in the place of yours.")) return;
    this.field.remove();
    this.field = null;
    this.done = false;
    this.input.hidden = false;
    this.pen.textContent = "Edit";
    forget(this.id);
  }

  async press() {
    if (this.running) return python.restart();
    const before = cells.slice(0, cells.indexOf(this)).filter((each) => each instanceof Code && !each.done);
    const chain = /^exercises\.\w+\(/.test(this.source) ? [this] : [...before, this];
    this.running = true;
    for (const [at, each] of chain.entries()) {
      this.go.textContent = !python.awake ? "Waiting" : at < chain.length - 1 ? `Stop (${at + 1} of ${chain.length})` : "Stop";
      const { outputs } = await each.run(RUN);
      if (each.field) keep(each.id, each.source, outputs);
      if (!each.done) break; // it was stopped
      if (each !== this && outputs.some(({ output_type }) => output_type === "error")) {
        this.say(`A cell above ended in an error: ${each.source.split("\n")[0]}`);
        break;
      }
    }
    this.running = false;
    this.go.textContent = "Run";
    if (this.output?.matches("details")) this.output.open = true;
  }
}

// What is answered: the controls of a question and of an exercise.
class Task extends Cell {
  constructor(box) {
    super(box);
    this.task = /^exercises\.(\w+)\.check\(/m.exec(this.stub)[1];
    this.help = element("div", { class: "help", role: "status" });
    const { field, label } = this.make();
    this.field = field;
    const buttons = element("div", { class: "buttons" },
      button("Check", () => this.check(), { class: "check" }),
      button("Hint", () => this.ask("hint")),
      button("Solution", () => this.ask("solution")),
      button("Again", () => this.again()));
    this.controls = element("div", { class: "answer", role: "group", "aria-label": label });
    this.controls.append(...this.layout(field, buttons), this.help);
    field.addEventListener("input", () => keep(this.id, this.source));
    field.addEventListener("keydown", (event) => {
      if (!runs(event) && !(event.key === "Enter" && field.matches("input"))) return;
      event.preventDefault();
      this.check();
    });
    this.add((it) => this.input.before(it), this.controls);
    this.input.hidden = true;
    for (const each of this.former) each.hidden = true;
    const kept = keptOf(this.id);
    if (kept) this.write(kept);
  }

  write({ source, outputs = [] }) {
    this.source = source;
    this.show(outputs);
  }

  async check() {
    if (!python.awake) this.say(ASKED_FOR);
    const { source, outputs } = await this.run(CHECK, true, this.typed);
    keep(this.id, source, outputs);
    this.box.dispatchEvent(new Event("checked", { bubbles: true }));
  }

  async ask(what, list = this.help) {
    if (!python.awake) list.textContent = ASKED_FOR;
    const found = [];
    await python.run(`exercises.${this.task}.${what}()`, {
      name: what, limit: CHECK, early: true, show: (output) => output && found.push(output),
    });
    if (list.textContent === ASKED_FOR) list.textContent = "";
    list.append(...found.map((each) => {
      const shown = shownOf(each);
      shown.classList.add(what);
      return shown;
    }));
  }
}

class Question extends Task {
  make() {
    const field = element("input", { type: "text", autocomplete: "off", inputmode: "text", "aria-label": "Your answer" });
    return { field, label: "Question" };
  }

  layout(field, buttons) {
    buttons.prepend(element("label", {}, "Your answer ", field));
    return [buttons];
  }

  get typed() {
    return this.field.value;
  }

  get source() {
    return this.stub.replace("...", () => this.typed.trim() || "...");
  }

  set source(source) {
    const [, typed] = /^my_prediction = (.*)$/m.exec(source) ?? [, source];
    this.field.value = typed === "..." ? "" : typed.replace(/^(["'])(.*)\1$/, "$2");
  }

  // Other numbers for the same question.
  async again() {
    this.help.replaceChildren();
    this.field.value = "";
    forget(this.id);
    this.show([]);
    await this.ask("again");
    this.field.focus();
  }
}

class Exercise extends Task {
  make() {
    return { field: editor(`Your function ${this.task}`, this.stub), label: `Exercise ${this.task}` };
  }

  layout(field, buttons) {
    return [field, buttons];
  }

  get source() {
    return this.field.value;
  }

  set source(source) {
    this.field.value = source;
    this.field.dispatchEvent(new Event("written"));
  }

  again() {
    if (this.source !== this.stub && !confirm("This puts the empty function back in the place of what you wrote.")) return;
    this.source = this.stub;
    this.help.replaceChildren();
    forget(this.id);
    this.show([]);
    this.field.focus();
  }
}

// A lab wakes where it stands once a reader comes near: its cell runs.
class Lab extends Code {
  constructor(box) {
    super(box);
    this.near = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting || this.done || python.awake !== "labs") return;
      this.near.disconnect();
      this.run(RUN);
    }, { rootMargin: "400px" });
  }

  wake() {
    this.near.disconnect();
    this.near.observe(this.output);
  }
}

const kinds = [["question", Question], ["exercise", Exercise], ["lab", Lab]];
const kindOf = ({ classList }) => kinds.find(([name]) => classList.contains(name))?.[1] ?? Code;

function tellProgress(place) {
  const line = element("p", { class: "waking", role: "status" }, "Python is waking up …");
  document.body.append(line);
  python.addEventListener("progress", ({ detail }) => (line.textContent = `Python is waking up: ${detail}%`));
  python.addEventListener("awake", ({ detail }) => {
    line.textContent = detail === "checks" ? "Answers are checked here now; labs wake up next." : "Python is awake.";
    line.classList.toggle("awake", detail === "labs");
    if (detail === "labs") for (const cell of cells) if (cell instanceof Lab) cell.wake();
  });
  python.addEventListener("restart", () => {
    line.textContent = "Python starts again …";
    line.classList.remove("awake");
    for (const cell of cells) cell.done = false;
  });
  python.addEventListener("failed", ({ detail }) => {
    line.textContent = `Python cannot run in this page: ${detail}. All of it can be read, and what you wrote is kept.`;
    for (const cell of cells) cell.restore();
    place.remove();
  });
}

export let python;
export const cells = [];

if (globalThis.WebAssembly && globalThis.Worker && globalThis.DecompressionStream) {
  const boxes = [...document.querySelectorAll(".code[data-cell]")];
  const first = document.querySelector('.code[data-cell="setup"] .input').textContent;
  python = new Python(first, JSON.parse(document.getElementById("editions").textContent));
  for (const box of boxes) cells.push(new (kindOf(box))(box));
  tellProgress(home(cells.filter((each) => each.id !== "setup")));
}
