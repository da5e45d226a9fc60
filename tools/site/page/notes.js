// The lecturer's window: the same page, with the minutes of the plan, what to ask, the answer, the
// next screen, and a clock. The lecture view tells it where it is.

import { about, channel, deck, rowOf } from "./deck.js";

document.title = "Notes";
document.body.className = "noted";
document.body.innerHTML = `
  <main class="panel">
    <h1>Notes</h1>
    <p class="time"><span class="clock">0:00</span> <span class="ahead"></span></p>
    <p class="minutes"></p>
    <div class="say"></div>
    <p class="keys">
      <button type="button" data-ask="back">‹ Back</button>
      <button type="button" data-ask="forward">Forward ›</button>
      <button type="button" class="start">Start the clock here</button>
    </p>
    <h2>On the screen <span class="number"></span></h2>
    <div class="preview now" role="region" aria-label="On the screen" tabindex="0"></div>
    <h2>Next</h2>
    <div class="preview next" role="region" aria-label="Next" tabindex="0"></div>
  </main>`;
const part = (name) => document.querySelector(name);

// A picture of a screen, with its answer open. It only has to be read.
function preview(place, screen) {
  place.replaceChildren();
  if (!screen) return;
  const title = document.createElement("h3");
  title.textContent = screen.section;
  place.append(title);
  for (const block of screen.blocks.filter((each) => !each.matches("h1, h2"))) {
    const copy = block.cloneNode(true);
    for (const each of [copy, ...copy.querySelectorAll("[id], [tabindex]")]) {
      each.removeAttribute("id");
      each.removeAttribute("tabindex");
    }
    if (copy.matches("details")) copy.open = true;
    place.append(copy);
  }
}

let row;
function follow({ lesson, screen, number, isOpen }) {
  if (lesson !== about.lesson) return location.replace(`${lesson}.html#notes`);
  const screens = deck();
  const at = screens.findIndex(({ id }) => id === screen);
  row = screens.slice(at).map(rowOf).find(Boolean);
  part(".number").textContent = number;
  part(".minutes").textContent = row ? `${row.section}${row.part}: minutes ${row.begin} to ${row.end}` : "";
  part(".say").innerHTML = row?.say ?? "";
  part(".start").textContent = `Start the clock here, at minute ${row?.begin ?? 0}`;
  preview(part(".now"), screens[at]);
  preview(part(".next"), isOpen ? screens[at + 1] : undefined);
  if (!isOpen) part(".next").textContent = "The answer.";
  return tick();
}

function tick() {
  const started = Number(sessionStorage.getItem("lecture started"));
  if (!started) return;
  const seconds = Math.floor((Date.now() - started) / 1000);
  part(".clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const minute = Math.floor(seconds / 60);
  const off = !row ? 0 : minute >= row.end ? minute - row.end + 1 : Math.min(0, minute - row.begin);
  part(".ahead").textContent = !off ? "on time" : off > 0 ? `${off} min late` : `${-off} min early`;
  document.body.classList.toggle("late", off > 2);
}

part(".start").addEventListener("click", () => {
  sessionStorage.setItem("lecture started", Date.now() - (row?.begin ?? 0) * 60_000);
  tick();
});
for (const each of document.querySelectorAll("[data-ask]"))
  each.addEventListener("click", () => channel.postMessage({ asked: each.dataset.ask }));
addEventListener("keydown", ({ key, target }) => {
  if (target.closest("button") && [" ", "Enter"].includes(key)) return;
  const asked = { ArrowRight: "forward", PageDown: "forward", " ": "forward", ArrowLeft: "back", PageUp: "back" }[key];
  if (asked) channel.postMessage({ asked });
});
channel.addEventListener("message", ({ data }) => data.lesson && follow(data));
channel.postMessage({ asked: "state" });
setInterval(tick, 1000);
