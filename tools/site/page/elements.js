// The parts that controls are made of.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function button(label, action, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", action);
  return made;
}

// A text field for Python: Tab indents, Enter keeps the indent, Escape and Tab leave.
export function editor(label, source) {
  const area = element("textarea", {
    "aria-label": label, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off",
  });
  const size = () => (area.rows = area.value.split("\n").length + 1);
  const type = (text) => document.execCommand("insertText", false, text); // so that Ctrl+Z undoes it
  let leaving = false;
  area.value = source;
  size();
  for (const each of ["input", "written"]) area.addEventListener(each, size);
  area.addEventListener("keydown", (event) => {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const begin = value.lastIndexOf("\n", start - 1) + 1;
    if (event.key === "Tab" && !leaving && !event.altKey && !event.ctrlKey) {
      event.preventDefault();
      if (start === end && !event.shiftKey) type("    ".slice((start - begin) % 4));
      else indent(begin, end, event.shiftKey);
    } else if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const line = value.slice(begin, start);
      type(`\n${line.match(/^ */)[0]}${/:\s*(#.*)?$/.test(line) ? "    " : ""}`);
    }
    if (event.key !== "Shift") leaving = event.key === "Escape";
  });
  function indent(begin, end, back) {
    const lines = area.value.slice(begin, end).split("\n");
    const moved = lines.map((line) => (back ? line.replace(/^ {1,4}/, "") : `    ${line}`)).join("\n");
    area.setSelectionRange(begin, end);
    type(moved);
    area.setSelectionRange(begin, begin + moved.length);
  }
  return area;
}
