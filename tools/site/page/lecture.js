// The lecture view: the page's own blocks, one screen at a time. lecture.py has numbered them in
// data-screen; none is moved or copied, so that what is alive in the page is alive here.

import { about, channel, choose, deck, nextLesson, plan, plans } from "./deck.js";

const main = document.querySelector("main");

// The largest of these that fits is taken: text in px of a screen of 1920 × 1080, pictures in vh.
const SIZES = [[54, 76], [48, 72], [44, 68], [40, 64], [36, 60], [32, 54], [28, 50], [28, 42], [28, 34]];
const SMALLEST = 28;
const OWN_KEYS = "input, select, textarea, button, [role=slider], [contenteditable=true]";
const FORWARD = ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace"];

let screens = [], now = 0, entered = false, height = 0;

// What wakes up, is answered or runs becomes larger or smaller.
const sizes = new ResizeObserver(() => main.scrollHeight !== height && fit());

const stage = document.createElement("nav");
stage.className = "stage";
stage.ariaLabel = "Lecture";
stage.innerHTML = `
  <p class="where" aria-live="polite"></p>
  <select aria-label="Plan" hidden></select>
  <button type="button" class="back" aria-label="Back">‹</button>
  <span class="number"></span>
  <button type="button" class="forward" aria-label="Forward">›</button>
  <button type="button" class="notes">Notes</button>
  <button type="button" class="full">Full screen</button>
  <button type="button" class="leave">Close</button>`;
const part = (name) => stage.querySelector(name);

const address = () => location.href.replace(/#.*/, "").replace(/^https?:\/\//, "");
const answers = () => screens[now].blocks.filter((each) => each.matches("details"));

function show(number) {
  now = Math.max(0, Math.min(number, screens.length - 1));
  for (const each of main.querySelectorAll(".shown")) each.classList.remove("shown");
  for (const block of screens[now].blocks) {
    block.classList.add("shown");
    block.closest("main > *").classList.add("shown");
  }
  document.body.classList.toggle("first", now === 0);
  part(".where").textContent = now ? screens[now].section : address();
  part(".number").textContent = `${now + 1} / ${screens.length}`;
  history.replaceState(null, "", `#screen-${screens[now].id}`);
  main.scrollTop = 0;
  sizes.disconnect();
  for (const block of screens[now].blocks) sizes.observe(block.parentElement);
  fit();
  tell();
}

// As large as the screen allows with the answers closed and with them open, as some hide their code.
function fit() {
  if (!entered || document.body.classList.toggle("small", innerWidth < 800)) return;
  const folded = answers().filter((each) => !each.open);
  const inBoth = (measured) =>
    [false, true].map((open) => {
      for (const each of folded) each.open = open;
      return measured();
    });
  const scrollers = [...main.querySelectorAll(".shown :is(.input, pre:not(.input *), .formula, .wide)")];
  const share = (each) =>
    Math.min(...[each, ...each.querySelectorAll("pre")].map((part) => part.clientWidth / part.scrollWidth || 1));
  for (const [text, picture] of SIZES) {
    main.style.setProperty("--size", text);
    main.style.setProperty("--picture", picture);
    for (const each of scrollers) {
      each.classList.remove("wrap");
      each.style.setProperty("--mono", text);
    }
    const [closed, open] = inBoth(() => scrollers.map(share));
    scrollers.forEach((each, n) => {
      const size = Math.floor(text * Math.min(closed[n], open[n]));
      each.classList.toggle("wrap", size < SMALLEST);
      each.style.setProperty("--mono", Math.max(SMALLEST, size));
    });
    if (Math.max(...inBoth(() => main.scrollHeight - main.clientHeight)) <= 0) break;
  }
  for (const each of folded) each.open = false;
  height = main.scrollHeight;
}

function forward() {
  const closed = answers().find((each) => !each.open);
  if (closed) closed.open = true;
  else if (now < screens.length - 1) return show(now + 1);
  else if (nextLesson()) return location.assign(`${nextLesson()}.html#screen-1`);
  return tell();
}

function back() {
  const open = answers().findLast((each) => each.open);
  if (!open) return show(now - 1);
  open.open = false;
  return tell();
}

function nextSection() {
  const next = screens.findIndex(({ section }, at) => at > now && section !== screens[now].section);
  show(next < 0 ? screens.length - 1 : next);
}

const tell = () =>
  channel.postMessage({
    lesson: about.lesson,
    screen: screens[now].id,
    number: part(".number").textContent,
    isOpen: answers().every((each) => each.open),
  });

function enter(screen) {
  entered = true;
  screens = deck();
  document.body.classList.add("lecture");
  document.body.append(stage);
  for (const { blocks } of screens)
    for (const each of blocks) if (each.matches("details")) each.open = false;
  show(Math.max(0, screens.findIndex(({ id }) => id === screen)));
  main.focus({ preventScroll: true });
}

function leave() {
  const [first] = screens[now].blocks;
  entered = false;
  document.body.classList.remove("lecture", "first", "small");
  stage.remove();
  if (document.fullscreenElement) document.exitFullscreen();
  history.replaceState(null, "", location.pathname + location.search);
  (now ? first : document.body).scrollIntoView();
}

// The screen that shows what is read just now.
function here() {
  const seen = [...main.querySelectorAll("[data-screen]")].findLast(
    (each) => each.checkVisibility() && each.getBoundingClientRect().top < innerHeight / 2,
  );
  return seen?.dataset.screen;
}

const presenter = () => window.open(`${location.pathname}#notes`, "notes", "popup,width=1000,height=800");
const full = () =>
  document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();

const LETTERS = { n: presenter, f: full, s: nextSection, b: () => document.body.classList.toggle("black") };

function pressed(event) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const typing = target.closest("textarea, input:not([type=range], [type=checkbox], [type=radio])");
  if (typing || target.isContentEditable) return;
  if (!entered) {
    if (key.toLowerCase() === "l") enter(here());
    return;
  }
  const isOwn = target.closest(OWN_KEYS) && !target.closest(".stage button") && !key.startsWith("Page");
  if (isOwn && key !== "Escape") return;
  if (target.closest(".stage button:not(.forward)") && [" ", "Enter"].includes(key)) return;
  if (target.matches("summary") && [" ", "Enter"].includes(key)) target.blur();
  if (FORWARD.includes(key)) forward();
  else if (BACK.includes(key)) back();
  else if (key === "Home") show(0);
  else if (key === "End") show(screens.length - 1);
  else if (key === "Escape") isOwn ? target.blur() : leave();
  else if (LETTERS[key.toLowerCase()]) LETTERS[key.toLowerCase()]();
  else return;
  event.preventDefault();
}

// A touch at the side: the left sixth goes back, the right one on.
function touched({ target, clientX }) {
  if (!entered || target.closest(`${OWN_KEYS}, a, summary, .bnlib-lab`)) return;
  if (clientX > (innerWidth * 5) / 6) forward();
  else if (clientX < innerWidth / 6) back();
}

// On paper: all screens, room to write where an answer is, and the answers at the end.
function handout() {
  if (!entered) return;
  const answers = document.createElement("section");
  answers.className = "answers printed";
  answers.innerHTML = "<h2>Answers</h2>";
  for (const { section, blocks } of screens)
    for (const block of blocks) {
      block.classList.add("printed");
      block.closest("main > *").classList.add("printed");
      if (!block.matches("details")) continue;
      const answer = document.createElement("div");
      block.dataset.number = answers.children.length;
      answer.innerHTML = `<h3>${block.dataset.number}. ${section}</h3>`;
      answer.append(...[...block.cloneNode(true).children].slice(1));
      answers.append(answer);
    }
  main.append(answers);
}

function listen() {
  main.tabIndex = -1;
  const button = document.getElementById("to-lecture");
  button.hidden = false;
  button.addEventListener("click", () => enter(here()));
  const select = part("select");
  select.hidden = plans.length < 2;
  select.append(...plans.map(({ title }) => new Option(title, title, false, title === plan()?.title)));
  select.addEventListener("change", () => {
    choose(select.value);
    enter(screens[now].id);
  });
  for (const [name, act] of Object.entries({ forward, back, leave, full, notes: presenter }))
    part(`.${name}`).addEventListener("click", act);
  addEventListener("keydown", pressed);
  main.addEventListener("click", touched);
  addEventListener("resize", fit);
  addEventListener("beforeprint", handout);
  addEventListener("afterprint", () => {
    main.querySelector(".answers")?.remove();
    for (const each of main.querySelectorAll(".printed")) each.classList.remove("printed");
  });
  channel.addEventListener("message", ({ data }) => {
    if (!entered) return;
    if (data.asked === "state") tell();
    if (data.asked === "forward") forward();
    if (data.asked === "back") back();
  });
  const fromAddress = () => {
    const [, screen] = location.hash.match(/^#screen-(\d+)$/) ?? [];
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (screen) enter(screen);
    else if (entered && place) {
      leave();
      place.scrollIntoView();
    }
  };
  addEventListener("hashchange", fromAddress);
  fromAddress();
}

if (location.hash === "#notes") import("./notes.js");
else if (deck().length) listen();
