// On a page of JupyterLite: says that Python is loading, until it is there.

const LAST = "seconds until Python was there";
const last = localStorage.getItem(LAST);
const usual = last
  ? `Last time it took ${last} seconds in this browser.`
  : "Where it was tried this took less than a minute; a slow network adds to it.";

const line = document.createElement("p");
line.setAttribute("role", "status");
line.textContent = `Python is loading. ${usual} You can read meanwhile.`;
line.style.cssText = `position: fixed; z-index: 10000; inset: auto 0 0; margin: 0; padding: 10px 16px;
  background: #0756b8; color: #fff; font: 16px/1.4 system-ui, sans-serif; text-align: center`;
document.body.append(line);

const isThere = () =>
  window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === "idle";
const waiting = setInterval(() => {
  if (!isThere()) return;
  localStorage.setItem(LAST, Math.ceil(performance.now() / 1000));
  line.remove();
  clearInterval(waiting);
}, 250);
