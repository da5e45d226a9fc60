// What a page to read gains by a script: contents that follow, and a focus on all that scrolls.

const contents = document.querySelector(".contents details");

if (contents) {
  const wide = matchMedia("(min-width: 80rem)");
  const unfold = () => (contents.open = wide.matches);
  unfold();
  wide.addEventListener("change", unfold);
  contents.addEventListener("click", ({ target }) => {
    if (target.matches("a") && !wide.matches) contents.open = false;
  });

  const links = [...contents.querySelectorAll("a")];
  const headings = links.map((link) => document.getElementById(decodeURI(link.hash.slice(1))));
  const mark = () => {
    const here = headings.findLastIndex((each) => each.getBoundingClientRect().top < innerHeight / 3);
    if (links[here]?.ariaCurrent) return;
    links.forEach((link, index) => (link.ariaCurrent = index === here ? "location" : null));
    if (wide.matches) links[here]?.scrollIntoView({ block: "nearest" });
  };
  mark();
  addEventListener("scroll", mark, { passive: true });
}

// Only what is wider than its box is a stop for the Tab key.
const fit = (entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
};
const sizes = new ResizeObserver(fit);
for (const each of document.querySelectorAll(".input, .output pre, .text pre, .formula, .wide")) sizes.observe(each);
