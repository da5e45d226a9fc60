// The page's side of a lab: it sends what is asked for, and shows what the kernel answers.
// One question is under way at a time; what is asked for meanwhile waits, the newest alone.

const PATIENCE = 2000; // milliseconds without an answer, until the page says so

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function row(label, control, ...more) {
  const labeled = element("label", {}, element("span", {}, label), control);
  return element("div", { class: "control" }, labeled, ...more);
}

// A number as Python writes it, so that box and words say the same: 1e-08.
function spelled(value) {
  const small = value && Math.abs(value) < 1e-4;
  return small ? value.toExponential().replace(/e-(\d)$/, "e-0$1") : String(value);
}

// For attributes that take no exponent.
const decimal = (value) => value.toFixed(12);

// Each kind of control: its element, and how it shows a value.
const kinds = {
  slider({ label, low, high, step, log, on_release }, ask) {
    // With log, step is one of as many equal factors as lead from low to high.
    const number = (at) => (log ? Number((low * (high / low) ** (at / log)).toPrecision(3)) : at);
    const place = (value) => (log ? log * Math.log(value / low) / Math.log(high / low) : value);
    // A browser's own box for numbers makes 5 of 0,5. Here the kernel reads what is typed.
    const box = element("input", {
      "type": "text", "inputmode": "decimal", "autocomplete": "off",
      "role": "spinbutton", "aria-valuemin": decimal(low), "aria-valuemax": decimal(high),
    });
    const range = element("input", {
      "type": "range", "aria-label": label, min: log ? 0 : low, max: log || high, step,
    });
    // What is being typed stays, and so does a handle that is held, whatever answer arrives.
    let typing = false;
    const show = (value) => {
      if (typeof value !== "number") return; // what was typed, and is not read yet
      if (!typing) box.value = spelled(value);
      if (!range.matches(":active")) range.value = place(value);
      box.setAttribute("aria-valuenow", decimal(value));
      for (const each of [box, range]) each.setAttribute("aria-valuetext", spelled(value));
    };
    const type = () => {
      typing = false;
      ask(box.value);
    };
    const follow = () => {
      typing = false;
      show(number(range.valueAsNumber));
    };
    const move = () => {
      follow();
      ask(number(range.valueAsNumber));
    };
    if (on_release) range.addEventListener("input", follow);
    range.addEventListener(on_release ? "change" : "input", move);
    box.addEventListener("input", () => (typing = true));
    box.addEventListener("change", type);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") type(); // Jupyter takes what would follow
      const up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!up) return;
      event.preventDefault();
      if (typing && Number(box.value)) range.value = place(Number(box.value));
      range.stepUp(up);
      move();
    });
    return [row(label, box, range), show];
  },

  choice({ label, options }, ask) {
    const menu = element("select", {}, ...options.map((each) => element("option", {}, each)));
    menu.addEventListener("change", () => ask(menu.value));
    return [row(label, menu), (name) => (menu.value = name)];
  },

  switch({ label }, ask) {
    const box = element("input", { type: "checkbox" });
    box.addEventListener("change", () => ask(box.checked));
    return [row(label, box), (on) => (box.checked = on)];
  },
};

// Each step is asked for once the one before is seen, and no sooner than PACE after it.
const PACE = 80; // milliseconds
const stillness = matchMedia("(prefers-reduced-motion: reduce)");

// A slider for steps in time, with buttons: they go one step, or play on to the end. hush tells
// a screen reader's line to be quiet meanwhile.
function player(control, ask, hush) {
  const { low, high } = control;
  const [row, showSlider] = kinds.slider({ ...control, on_release: false }, ask);
  let at = high;
  let asked = 0;
  let timer = null;
  let playing = false;
  const next = (step) => {
    timer = null;
    asked = performance.now();
    ask(Math.min(Math.max(step, low), high));
  };
  const show = (value) => {
    showSlider(value);
    if (typeof value === "number") at = value;
    if (playing && at >= high) play(false);
    if (playing && !timer) timer = setTimeout(() => next(at + 1), asked + PACE - performance.now());
  };
  const play = (on) => {
    clearTimeout(timer);
    if (playing !== on) {
      playing = on;
      button.textContent = on ? "pause" : "play";
      hush(on);
      next(on ? (at >= high ? low : at + 1) : at);
    }
  };
  const press = (text, pressed) => {
    const made = element("button", { type: "button" }, text);
    made.addEventListener("click", pressed);
    return made;
  };
  const step = (by) => () => {
    play(false);
    next(at + by);
  };
  const button = press("play", () => play(!playing));
  const settle = () => {
    button.hidden = stillness.matches;
    if (stillness.matches) play(false);
  };
  stillness.addEventListener("change", settle);
  settle();
  row.append(element("div", { class: "player" }, press("back", step(-1)), button, press("forward", step(1))));
  return [row, show];
}

function render({ model, el }) {
  let waiting = {};
  let patience = null; // runs while a question is under way

  function send() {
    seen.setAttribute("aria-busy", "true");
    patience = setTimeout(() => {
      notice.textContent = "The kernel has not answered yet. It is busy, or it has ended.";
      patience = null;
      if (Object.keys(waiting).length) send();
    }, PATIENCE);
    model.send(waiting);
    waiting = {};
  }
  function ask(asked) {
    Object.assign(waiting, asked);
    if (!patience) send();
  }
  function answer() {
    clearTimeout(patience);
    patience = null;
    const { values, pictures, description, words, refusal } = model.get("shown");
    for (const [name, value] of Object.entries({ ...values, ...waiting })) show[name](value);
    pictures.forEach((svg, i) => (layers[i].innerHTML = svg));
    picture.setAttribute("aria-label", description);
    line.textContent = words;
    notice.textContent = refusal;
    seen.removeAttribute("aria-busy");
    if (Object.keys(waiting).length) send();
  }
  function gone() {
    clearTimeout(patience);
    seen.removeAttribute("aria-busy");
    controls.disabled = true;
    notice.textContent = "The kernel was restarted. To move this lab, run its cell again.";
  }

  const hush = (quiet) => line.setAttribute("aria-live", quiet ? "off" : "polite");

  const show = {};
  const controls = element("fieldset", { "aria-label": "controls" });
  const on_release = model.get("on_release");
  for (const control of model.get("controls")) {
    const kind = control.plays ? player : kinds[control.kind];
    const asks = (value) => ask({ [control.name]: value });
    const [row, showValue] = kind({ ...control, on_release }, asks, hush);
    if (control.ends?.length) row.append(element("div", { class: "ends" }, ...control.ends.map((each) => element("span", {}, each))));
    controls.append(row);
    show[control.name] = showValue;
  }
  const reset = element("button", { type: "button" }, "reset");
  reset.addEventListener("click", () => {
    const starts = model.get("controls").map(({ name, start }) => [name, start]);
    for (const [name, start] of starts) show[name](start);
    ask(Object.fromEntries(starts));
  });
  const notice = element("p", { class: "notice", role: "alert" });
  controls.append(reset, notice);

  const picture = element("div", { class: "picture", role: "img" });
  const layers = model.get("still").map((svg) => {
    const panel = element("div", { class: "panel" });
    panel.innerHTML = svg;
    panel.style.flexGrow = panel.firstChild.viewBox.baseVal.width;
    const layer = element("div", { class: "layer" });
    panel.append(layer);
    picture.append(panel);
    return layer;
  });
  const line = element("p", { class: "words", role: "status" });
  const seen = element("div", { class: "seen" }, picture, line);
  const question = model.get("question");
  el.append(
    element("section", { "class": "bnlib-lab", "aria-label": question },
      element("p", { class: "question" }, question),
      element("div", { class: "body" }, controls, seen),
    ));

  // Jupyter takes keys before any control can; this attribute leaves it the shortcuts, as Ctrl+S,
  // but not those that edit what is typed.
  const keys = (event) => {
    if (!controls.contains(event.target)) return;
    const shortcut = event.ctrlKey || event.metaKey || event.altKey ||
      (event.shiftKey && event.key === "Enter");
    const edits = event.target.type === "text" && /^[acvxyz]$/i.test(event.key);
    event.target.toggleAttribute("data-lm-suppress-shortcuts", edits || !shortcut);
  };
  window.addEventListener("keydown", keys, true);
  model.on("change:shown", answer);
  model.on("comm_live_update", gone);
  answer();
  // The kernel lets go of a lab once no page shows it.
  const count = (more) => {
    model.set("views", Math.max(model.get("views"), 0) + more);
    model.save_changes();
  };
  count(1);
  return () => {
    count(-1);
    window.removeEventListener("keydown", keys, true);
    clearTimeout(patience);
  };
}

export default { render };
