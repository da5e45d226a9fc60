// What a reader wrote, taken home as the lesson's notebook, and brought back from one.

import { button, element } from "./elements.js";
import { stem, written } from "./kept.js";
import { FOUND, LAB, textOf } from "./shown.js";

const joined = (text) => [text ?? ""].flat().join("");

// An output as notebooks have it.
function asStored(output) {
  if (output.output_type === "stream" || output.output_type === "error") return output;
  const { [LAB]: _, ...data } = output.data;
  const stored = { output_type: output.output_type, data, metadata: {} };
  return output.output_type === "execute_result" ? { ...stored, execution_count: null } : stored;
}

async function taken() {
  const notebook = await (await fetch(`notebooks/${stem}.ipynb`)).json();
  for (const [id, { source, outputs }] of written()) {
    const cell = notebook.cells.find((each) => each.id === id);
    if (cell) Object.assign(cell, { source, outputs: outputs.map(asStored) });
  }
  return new Blob([`${JSON.stringify(notebook, null, 1)}\n`], { type: "application/x-ipynb+json" });
}

// Of somebody's notebook, only texts are taken over, and what a check has found.
function asShown(output) {
  const data = { "text/plain": textOf({ ...output, data: { "text/plain": joined(output.data?.["text/plain"]) } }) };
  if (output.data?.[FOUND]) data[FOUND] = output.data[FOUND];
  return { output_type: "execute_result", data };
}

function broughtBack(text, known) {
  const { cells } = JSON.parse(text);
  const title = document.querySelector("h1").textContent.trim();
  const sources = cells.map(({ source }) => joined(source));
  if (!sources.some((each) => each.startsWith(`# ${title}`))) throw new Error("another lesson");
  let count = 0;
  for (const [at, { id, outputs }] of cells.entries()) {
    const cell = known.find((each) => each.id === id);
    if (!cell || sources[at].trimEnd() === cell.stub) continue;
    cell.bring(sources[at], (outputs ?? []).map(asShown));
    count += 1;
  }
  return count;
}

export function home(known) {
  const line = element("span", { role: "status" });
  const file = element("input", { type: "file", accept: ".ipynb", hidden: "" });
  const link = element("a", { download: `${stem}.ipynb`, hidden: "" });
  file.addEventListener("change", async () => {
    try {
      const count = broughtBack(await file.files[0].text(), known);
      line.textContent = `What you wrote is back, in ${count === 1 ? "one cell" : `${count} cells`}.`;
    } catch {
      line.textContent = "This is not a notebook of this lesson.";
    }
    file.value = "";
  });
  const take = async () => {
    link.href = URL.createObjectURL(await taken());
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const buttons = [button("Take my answers home", take), button("Bring them back", () => file.click())];
  const place = element("p", { class: "home" }, ...buttons, line, link, file);
  document.querySelector(".run").after(place);
  return place;
}
