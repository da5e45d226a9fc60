// What a reader writes is kept in this browser, by lesson and cell: {source, outputs}.

const key = location.pathname; // others may have pages on the same server

function read() {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {}; // a browser that keeps nothing, or what is no JSON
  }
}

const cells = read();

export const written = () => Object.entries(cells);
export const keptOf = (id) => cells[id];
export const stem = key.split("/").pop().replace(/\.html$/, "");

export function keep(id, source, outputs = []) {
  cells[id] = { source, outputs };
  save();
}

export function forget(id) {
  delete cells[id];
  save();
}

function save() {
  try {
    localStorage.setItem(key, JSON.stringify(cells));
  } catch {
    // it is full, or not allowed: what was written stays in the page
  }
}
