// A lab in a page: the front end of the notebook's, with a worker in the place of a kernel.

import { element } from "./elements.js";
import view from "./view.js";

// What view.js asks of a model.
class Model {
  #heard = {};

  constructor(ask, shown) {
    Object.assign(this, { ask, state: { views: -1, ...shown } });
  }

  get(name) {
    return this.state[name];
  }

  set(name, value) {
    this.state[name] = value;
  }

  save_changes() {}

  on(what, hear) {
    this.#heard[what] = hear;
  }

  tell(what) {
    this.#heard[what]?.();
  }

  async send(asked) {
    this.state.shown = await this.ask(asked);
    this.tell("change:shown");
  }
}

export function showLab(python, { number, ...shown }) {
  const place = element("div", { class: "lab-here" });
  const model = new Model((asked) => python.ask(number, asked), shown);
  const gone = () => model.tell("comm_live_update");
  const leave = view.render({ model, el: place });
  python.addEventListener("restart", gone, { once: true });
  return {
    element: place,
    end() {
      python.removeEventListener("restart", gone);
      leave();
    },
  };
}
