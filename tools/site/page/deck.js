// What the lecture view and its notes both know: the screens of this page, and the plan.
// lecture.py has numbered the blocks of the page, and has put TEACHING.md's tables into it.

export const about = JSON.parse(document.getElementById("lecture").textContent || '{ "plans": [] }');
export const plans = about.plans.filter(({ rows }) => rows.some(({ lesson }) => lesson === about.lesson));

const CHOSEN = "lecture plan";
export const plan = () => plans.find(({ title }) => title === localStorage.getItem(CHOSEN)) ?? plans[0];
export const choose = (title) => localStorage.setItem(CHOSEN, title);

const headingOf = (block) => {
  for (let cell = block.closest("main > *"); cell; cell = cell.previousElementSibling) {
    const heading = cell.querySelector(":scope > :is(h1, h2)");
    if (heading) return heading;
  }
};

const screens = [];
for (const block of document.querySelectorAll("main [data-screen]")) {
  const id = block.dataset.screen;
  if (screens.at(-1)?.id !== id) {
    const heading = headingOf(block);
    const section = heading.textContent.replace(" (lecture)", "");
    screens.push({ id, section, isTitle: heading.matches("h1"), blocks: [] });
  }
  screens.at(-1).blocks.push(block);
}

// What the plan says of a screen's section.
export const rowOf = ({ section }) =>
  plan()?.rows.find((row) => row.lesson === about.lesson && row.section === section);

// The screens of the plan's sections; where no plan has this lesson, all.
export const deck = () => (plan() ? screens.filter((each) => each.isTitle || rowOf(each)) : screens);

export const nextLesson = () => {
  const lessons = [...new Set(plan()?.rows.map(({ lesson }) => lesson))];
  return lessons[lessons.indexOf(about.lesson) + 1];
};

export const channel = new BroadcastChannel(`lecture ${new URL(".", location)}`);
