// The page's side of the worker: what is asked waits until Python is awake, and Python that does not
// come back in time is ended and started anew.

const GRACE = 3000; // milliseconds after the limit, in which Python can stop by itself

// A worker that is made of a blob is under the page's content security policy.
function worker() {
  const source = `import ${JSON.stringify(new URL("worker.js", import.meta.url).href)};`;
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return new Worker(address, { type: "module" });
}

export class Ended extends Error {}

export class Python extends EventTarget {
  #asked = new Map();
  #count = 0;
  awake = ""; // "checks", and then "labs"

  // first is the source of the lesson's first cell; editions are the hashes of Python's files.
  constructor(first, editions) {
    super();
    this.begin = { first, editions };
    this.#start();
  }

  #start() {
    this.awake = "";
    this.worker = worker();
    this.worker.onmessage = ({ data }) => this.#hear(data);
    this.worker.onerror = (event) => this.#tell("failed", event.message || "its files did not come");
    this.worker.postMessage(this.begin);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #hear({ id, begun, output, end, result, percent, awake, failed }) {
    const request = this.#asked.get(id);
    if (percent) this.#tell("progress", percent);
    else if (failed) this.#tell("failed", failed);
    else if (awake) this.#tell("awake", (this.awake = awake));
    else if (begun) {
      request.begun = true;
      request.show?.();
      request.timer = setTimeout(() => this.restart(), request.message.limit + GRACE);
    } else if (output) request.show(output);
    else if (end) {
      clearTimeout(request.timer);
      this.#asked.delete(id);
      request.resolve(result);
    }
  }

  #ask(message, show) {
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { message: { ...message, id }, show, resolve, reject });
      this.worker.postMessage({ ...message, id });
    });
  }

  // show is called when the cell begins, and for each output; early, if no lab is needed.
  run(source, { name, typed, limit, show, early = false }) {
    return this.#ask({ run: source, typed, name, limit, early }, show);
  }

  ask(lab, asked) {
    return this.#ask({ lab, asked, limit: 60_000 });
  }

  // What has begun is lost; what still waits is asked of the new Python.
  restart() {
    this.worker.terminate();
    this.#start();
    const asked = [...this.#asked];
    this.#tell("restart");
    for (const [id, request] of asked) {
      clearTimeout(request.timer);
      if (request.begun || request.message.asked) {
        this.#asked.delete(id);
        request.reject(new Ended("Python was ended, and starts again."));
      } else this.worker.postMessage(request.message);
    }
  }
}
