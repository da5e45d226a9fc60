// Outputs of a cell as elements of the page. Text stays text: it may come from anyone's notebook.

import { element } from "./elements.js";

export const FOUND = "application/vnd.bnlib+json";
export const LAB = "application/vnd.bnlib.lab+json";
const FULL = /(?<=[^\n]{70}[^.:\n])\n(?=\w)/g; // where a line was full, as in verdict.py
const SIGNS = { solved: "✓", tried: "✗", unanswered: "…" };

// What a cell has shown so far, with one more output.
export function withOutput(outputs, output) {
  const last = outputs.at(-1);
  if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
    return [...outputs.slice(0, -1), { ...last, text: last.text + output.text }];
  }
  if (output.output_type !== "update_display_data") return [...outputs, output];
  const at = outputs.findLastIndex((each) => each.output_type === "display_data");
  return outputs.with(at, { ...outputs[at], data: output.data });
}

export const textOf = (output) =>
  [output.text ?? output.data?.["text/plain"] ?? output.traceback ?? ""].flat().join("\n");

export function shownOf(output) {
  const state = output.data?.[FOUND]?.state;
  if (state in SIGNS) {
    const sign = element("span", { "aria-hidden": "true", class: "sign" }, SIGNS[state]);
    const words = textOf(output).replace(FULL, " ");
    return element("div", { class: `verdict ${state}` }, sign, element("span", {}, words));
  }
  return element("pre", output.output_type === "error" ? { class: "error" } : {}, textOf(output));
}
