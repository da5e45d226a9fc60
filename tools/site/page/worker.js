// Python beside a page: runs a lesson's cells, and answers for its labs. What checks need comes
// first, what labs need after it. The page sends {first, editions}, the source of the lesson's
// first cell and the hashes of Python's files, and then {id, run, name, limit} or {id, lab, asked}; each
// id gets outputs, as they come, and an end.

const HERE = new URL("python/", import.meta.url);
const PACKAGES = "/lib/python3.14/site-packages";

const waiting = [];
let shell = null, labsAreThere = false, begin;
onmessage = ({ data }) => {
  if ("first" in data) begin(data);
  else waiting.push(data);
  work();
};
const begun = new Promise((resolve) => (begin = resolve));

// Until labs are there, only what does not need them is done.
function work() {
  for (let at = 0; shell && at < waiting.length; ) {
    if (labsAreThere || waiting[at].early) answer(waiting.splice(at, 1)[0]);
    else at += 1;
  }
}

// Python asks this in the place of shared memory, which only some servers allow, whether to stop.
let deadline = Infinity;
const clock = {
  get 0() {
    if (performance.now() < deadline) return 0;
    deadline = Infinity;
    return 2; // as of Ctrl-C
  },
  set 0(_) {}, // Python has seen it
};

let under_way;
function answer({ id, run, typed, name, limit, lab, asked }) {
  postMessage({ id, begun: true });
  if (run === undefined) {
    postMessage({ id, end: true, result: JSON.parse(shell.ask(lab, JSON.stringify(asked))) });
    return;
  }
  under_way = id;
  const source = typed === undefined ? run : shell.filled(run, typed);
  deadline = performance.now() + limit;
  shell.run(source, name);
  deadline = Infinity;
  postMessage({ id, end: true, result: source });
}

const placeOf = async (file) => `${HERE}${file}?${(await begun).editions[file]}`;

let size = 0, got = 0, told = 0;
async function open(name) {
  const response = await fetch(await placeOf(`${name}.bin`));
  if (!response.ok) throw new Error(`${name} did not come (${response.status})`);
  size += Number(response.headers.get("content-length"));
  const count = new TransformStream({
    transform(piece, target) {
      got += piece.length;
      const percent = Math.min(99, Math.round((100 * got) / size));
      if (percent !== told) postMessage({ percent: (told = percent) });
      target.enqueue(piece);
    },
  });
  return response.body.pipeThrough(count).pipeThrough(new DecompressionStream("gzip"));
}
const bytesOf = async (stream) => new Uint8Array(await new Response(await stream).arrayBuffer());

function unpack({ FS }, bytes) {
  const end = bytes.indexOf(10);
  const folders = new Set();
  let at = end + 1;
  for (const [name, length] of JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)))) {
    const path = `${PACKAGES}/${name}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!folders.has(folder)) FS.mkdirTree(folder);
    folders.add(folder);
    FS.writeFile(path, bytes.subarray(at, at + length), { canOwn: true });
    at += length;
  }
}

async function wake() {
  const wasm = open("pyodide.asm.wasm"), library = bytesOf(open("library")), checks = bytesOf(open("checks"));
  const labs = Promise.all([library, checks]).then(() => bytesOf(open("labs")));
  labs.catch(() => {}); // it is told of below
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all(
    ["pyodide.mjs", "pyodide.asm.mjs"].map(async (file) => import(await placeOf(file))),
  );
  const { fetch } = self;
  self.fetch = async (address, ...more) => {
    if (`${address}`.endsWith(".wasm")) return new Response(await wasm, { headers: { "content-type": "application/wasm" } });
    return `${address}`.endsWith("library.zip") ? new Response(await library) : fetch(address, ...more);
  };
  const python = await loadPyodide({
    createPyodideModule,
    indexURL: HERE.href,
    lockFileURL: await placeOf("pyodide-lock.json"),
    stdLibURL: new URL("library.zip", HERE).href,
    env: { HOME: "/home/pyodide", MPLBACKEND: "agg" },
  });
  self.fetch = fetch;
  unpack(python, await checks);
  const { Shell } = python.pyimport("shell");
  const made = Shell((output) => postMessage({ id: under_way, output: JSON.parse(output) }));
  made.prepare((await begun).first);
  python.setInterruptBuffer(clock);
  shell = made;
  postMessage({ awake: "checks" });
  work();
  unpack(python, await labs);
  made.prepare_rest();
  labsAreThere = true;
  postMessage({ awake: "labs" });
  work();
}

wake().catch((error) => postMessage({ failed: String(error.message ?? error).trim().split("\n").pop() }));
