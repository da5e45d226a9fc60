// The page's side of a lab: it sends what is asked for, and shows what the kernel answers.
// One question is under way at a time; what is asked for meanwhile waits, the newest alone.

const PATIENCE = 2000; // milliseconds without an answer, until the page says so

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  set(made, attributes);
  made.append(...children);
  return made;
}

function row(label, control, ...more) {
  const labeled = element("label", {}, element("span", {}, label), control);
  return element("div", { class: "control" }, labeled, ...more);
}

// A number as Python writes it, so that box and words say the same: 1e-08. It fits into its box.
function spelled(value) {
  const near = Number(value.toPrecision(6));
  const small = near && Math.abs(near) < 1e-4;
  return small ? near.toExponential().replace(/e-(\d)$/, "e-0$1") : String(near);
}

// A browser breaks a line after any hyphen, even that of 1e-08.
const inWhole = (words) =>
  words.split(/(\d+e-\d+)/).map((part, i) => (i % 2 ? element("span", { class: "number" }, part) : part));

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
    // For what moves the slider from outside: to the nearest of its steps, or by so many of them.
    const followTo = (value) => {
      typing = false;
      const near = log ? Number(value.toPrecision(2)) : low + Math.round((value - low) / step) * step;
      const taken = Math.min(Math.max(Number(near.toPrecision(12)), low), high);
      show(taken);
      return taken;
    };
    const stepBy = (steps) => {
      range.stepUp(steps);
      move();
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
      if (event.key === "Enter" && typing) type(); // Jupyter takes what would follow
      const up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!up) return;
      event.preventDefault();
      if (typing && Number(box.value)) range.value = place(Number(box.value));
      stepBy(up);
    });
    const steps = ((log || high) - (log ? 0 : low)) / (log ? 1 : step);
    const slider = { label, low, high, steps, followTo, stepBy, waits: on_release };
    return [row(label, box, range), show, slider];
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
  const [row, showSlider, slider] = kinds.slider({ ...control, on_release: false }, ask);
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
  return [row, show, slider];
}

const SVG = "http://www.w3.org/2000/svg";
const HIT = 15; // in points, as all in a panel's SVG element

function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  set(made, attributes);
  made.append(...children);
  return made;
}

// Arrow keys by where they point, the others by their share of the whole way.
const ARROWS = { ArrowRight: ["x", 1], ArrowLeft: ["x", -1], ArrowUp: ["y", 1], ArrowDown: ["y", -1] };
const SHARES = { PageUp: 0.1, PageDown: -0.1, End: 1, Home: -1 };

// What can be moved in the picture itself. A handle is a slider, with its place from the kernel.
function handles(panels, sliders, ask) {
  const grips = [];

  function grip(first) {
    const { moves, anywhere } = first;
    const ways = {
      x: "M9 -4l4 4l-4 4M-9 -4l-4 4l4 4",
      y: "M-4 9l4 4l4 -4M-4 -9l4 -4l4 4",
    };
    const hit = drawn("rect", { class: "hit", rx: anywhere ? 2 : HIT });
    const knob = drawn("g", {},
      drawn("circle", { class: "knob", r: 5 }),
      drawn("path", { class: "ways", d: moves.map(({ along }) => ways[along]).join("") }));
    const element = drawn("g", { class: "grip" }, hit, knob);
    const made = { element, overlay: overlays[first.panel] };
    made.overlay.append(element);
    if (anywhere) panels[first.panel].classList.add("anywhere");

    // One that moves what another moves already is for mouse and finger alone.
    const controls = moves.map(({ control }) => control);
    if (grips.some((other) => `${other.controls}` === `${controls}`)) element.setAttribute("aria-hidden", "true");
    else {
      const named = controls.map((control) => sliders[control].label).join(" and ");
      const { low, high } = sliders[controls[0]];
      const about = {
        "role": "slider", "tabindex": 0, "aria-label": `${named}, in the picture`,
        "aria-valuemin": decimal(low), "aria-valuemax": decimal(high),
        "aria-orientation": moves[0].along === "x" ? "horizontal" : "vertical",
      };
      if (moves.length > 1) about["aria-roledescription"] = "slider in two directions";
      set(element, about);
      element.addEventListener("keydown", press);
    }

    function press(event) {
      const [along, way] = ARROWS[event.key] ?? ["x", SHARES[event.key]];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const move = made.now.moves.find((each) => each.along === along) ?? made.now.moves[0];
      const slider = sliders[move.control];
      const share = Math.max(1, Math.round(Math.abs(way) * slider.steps));
      const steps = event.key in SHARES ? Math.sign(way) * share : way;
      // In two directions, an arrow leads where it points.
      const turned = moves.length > 1 && move.points * (along === "x" ? 1 : -1) < 0;
      slider.stepBy(turned ? -steps : steps);
    }
    made.show = (now, values) => {
      made.now = now;
      made.values = values;
      element.setAttribute("transform", `translate(${now.at[0]} ${now.at[1]})`);
      const [right, down] = anywhere ? now.reach : [HIT, HIT];
      set(hit, { x: -right, y: -down, width: 2 * right, height: 2 * down });
      set(knob, { transform: `translate(${now.reach[0]} ${-now.reach[1]})` }); // of a box, at a corner
      const said = controls.map((control) => spelled(values[control]));
      if (said.length > 1) controls.forEach((control, i) => (said[i] = `${sliders[control].label} ${said[i]}`));
      element.setAttribute("aria-valuenow", decimal(values[controls[0]]));
      element.setAttribute("aria-valuetext", said.join(", "));
    };
    // What its controls become where the handle is led to.
    made.ledTo = (to) => Object.fromEntries(made.now.moves.map(({ along, control, points, log }) => {
      const way = to[along] - made.now.at["xy".indexOf(along)];
      const value = made.values[control];
      return [control, sliders[control].followTo(log ? value * Math.exp(way / points) : value + way / points)];
    }));
    made.controls = controls;
    made.waits = controls.some((control) => sliders[control].waits);
    return made;
  }

  const overlays = panels.map((panel) => {
    const overlay = drawn("svg", { class: "grips", viewBox: panel.firstChild.getAttribute("viewBox") });
    const place = ({ clientX, clientY }) => new DOMPoint(clientX, clientY).matrixTransform(overlay.getScreenCTM().inverse());
    const here = () => grips.filter((each) => each.overlay === overlay && each.now);
    const distance = ({ now }, at) => Math.hypot(now.at[0] - at.x, now.at[1] - at.y);
    let asked;
    const lead = (held, at, from, done) => {
      const wanted = held.ledTo({ x: at.x - from[0], y: at.y - from[1] });
      if (JSON.stringify(wanted) === asked) return;
      asked = JSON.stringify(wanted);
      if (done || !held.waits) ask(wanted);
    };

    // As touch-action: none, which SVG's shapes do not have: a finger on a handle does not scroll.
    overlay.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    overlay.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays
    overlay.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      const at = place(event);
      const held = here().reduce((a, b) => (distance(b, at) < distance(a, at) ? b : a));
      const from = held.now.anywhere ? [0, 0] : [at.x - held.now.at[0], at.y - held.now.at[1]];
      asked = "";
      let last = event;
      const follow = (moved) => lead(held, place((last = moved)), from);
      overlay.setPointerCapture(event.pointerId);
      held.element.focus({ preventScroll: true });
      overlay.classList.add("held");
      overlay.addEventListener("pointermove", follow);
      overlay.addEventListener("lostpointercapture", () => {
        overlay.removeEventListener("pointermove", follow);
        overlay.classList.remove("held");
        if (!held.waits || last === event) return;
        asked = "";
        lead(held, place(last), from, true);
      }, { once: true });
    });

    // A mouse that points shows; a click stays.
    let before = null;
    const pointed = () => here().find(({ now }) => now.anywhere);
    panel.addEventListener("pointermove", (event) => {
      const held = pointed();
      if (!held || event.pointerType !== "mouse" || event.buttons) return;
      before ??= Object.fromEntries(held.controls.map((control) => [control, held.values[control]]));
      lead(held, place(event), [0, 0]);
    });
    panel.addEventListener("click", (event) => {
      const held = pointed();
      if (!held) return;
      asked = "";
      lead(held, place(event), [0, 0], true);
      before = before && JSON.parse(asked);
    });
    panel.addEventListener("pointerleave", () => {
      if (before && JSON.stringify(before) !== asked) {
        for (const [control, value] of Object.entries(before)) sliders[control].followTo(value);
        ask(before);
      }
      before = asked = null;
    });
    panel.addEventListener("keydown", () => (before = null));
    panel.append(overlay);
    return overlay;
  });

  return (shown, values) => {
    shown.forEach((each, i) => (grips[i] ??= grip(each)).show(each, values));
    for (const unused of grips.slice(shown.length)) unused.now = null;
    for (const { element, now } of grips) element.classList.toggle("unused", !now);
  };
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
    const { values, pictures, handles: placed, description, words, refusal } = model.get("shown");
    for (const [name, value] of Object.entries({ ...values, ...waiting })) show[name](value);
    pictures.forEach((svg, i) => (layers[i].innerHTML = svg));
    place(placed, values);
    said.setAttribute("aria-label", description);
    line.replaceChildren(...inWhole(words));
    notice.textContent = refusal;
    seen.removeAttribute("aria-busy");
    if (Object.keys(waiting).length) send();
  }
  function gone() {
    clearTimeout(patience);
    seen.removeAttribute("aria-busy");
    controls.disabled = true;
    place([], {});
    notice.textContent = "The kernel was restarted. To move this lab, run its cell again.";
  }

  const hush = (quiet) => line.setAttribute("aria-live", quiet ? "off" : "polite");

  const show = {}, sliders = {};
  const controls = element("fieldset", { "aria-label": "controls" });
  const on_release = model.get("on_release");
  for (const control of model.get("controls")) {
    const kind = control.plays ? player : kinds[control.kind];
    const asks = (value) => ask({ [control.name]: value });
    const [row, showValue, slider] = kind({ ...control, on_release }, asks, hush);
    if (control.ends?.length) row.append(element("div", { class: "ends" }, ...control.ends.map((each) => element("span", {}, each))));
    controls.append(row);
    show[control.name] = showValue;
    sliders[control.name] = slider;
  }
  const reset = element("button", { type: "button" }, "reset");
  reset.addEventListener("click", () => {
    const starts = model.get("controls").map(({ name, start }) => [name, start]);
    for (const [name, start] of starts) show[name](start);
    ask(Object.fromEntries(starts));
  });
  const notice = element("p", { class: "notice", role: "alert" });
  const hint = element("p", { "class": "hint", "aria-hidden": "true" }, element("span"), " can be dragged");
  hint.hidden = !model.get("shown").handles.length;
  controls.append(reset, hint, notice);

  // A role of img has no place for handles: it is beside them, and the drawing is not heard.
  const said = element("div", { class: "said", role: "img" });
  const picture = element("div", { class: "picture" }, said);
  const panels = model.get("still").map((svg) => {
    const panel = element("div", { class: "panel" });
    panel.innerHTML = svg;
    panel.firstChild.setAttribute("aria-hidden", "true");
    const { width } = panel.firstChild.viewBox.baseVal;
    panel.style.flex = `${width} 1 ${0.85 * width}px`; // type is never much smaller than it was drawn
    return panel;
  });
  const layers = panels.map(() => element("div", { "class": "layer", "aria-hidden": "true" }));
  panels.forEach((panel, i) => panel.append(layers[i]));
  picture.append(...panels);
  const place = handles(panels, sliders, ask);
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
    if (!el.contains(event.target)) return;
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
