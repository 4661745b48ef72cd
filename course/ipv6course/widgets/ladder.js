// Draws the state that ladder.py computes, and sends back which step is chosen.
// It knows nothing of packets and holds no sentence: all of them come in the state.

const LEAP = 10; // steps that Page Up and Page Down go
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" }; // or JupyterLab takes the keys

let views = 0; // makes element ids unique when one page shows several ladders

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// The middle of a node's line, as a share of the width.
const middle = (place, count) => (place + 0.5) / count;

function arrow(from, to, count) {
  const [left, right] = [Math.min(from, to), Math.max(from, to)].map((at) => middle(at, count));
  const line = element("span", { class: `ipv6l-arrow ipv6l-${from < to ? "right" : "left"}` });
  line.style.insetInlineStart = `${100 * left}%`;
  line.style.width = `${100 * (right - left)}%`;
  return line;
}

function stepLine(step, number, nodes, chosen, labels) {
  const line = element("div", {
    role: "option",
    class: "ipv6l-step",
    tabindex: chosen ? "0" : "-1",
    "aria-selected": String(chosen),
    "data-step": String(number),
    ...OWN_KEYS,
  });
  const rungs = element("span", { class: "ipv6l-rungs", "aria-hidden": "true" });
  rungs.append(...nodes.map((_name, place) => rail(place, nodes.length)));
  const drawn = step.from >= 0 && step.to >= 0 && step.from !== step.to;
  if (drawn) rungs.append(arrow(step.from, step.to, nodes.length));
  // The arrow says who to whom; where there is none, and for a screen reader, words do.
  const ends = element("span", { class: drawn ? "ipv6l-unseen" : "" }, `${step.ends}: `);
  line.append(
    element("span", { class: "ipv6l-time" }, fill(labels.seconds, step)),
    " ",
    rungs,
    element("span", { class: "ipv6l-summary" }, element("span", { class: "ipv6l-words" }, ends, step.summary)),
  );
  return line;
}

function rail(place, count) {
  const line = element("span", { class: "ipv6l-rail" });
  line.style.insetInlineStart = `${100 * middle(place, count)}%`;
  return line;
}

function layOut(el, labels) {
  views += 1;
  const id = `ipv6l-${views}-${Math.random().toString(36).slice(2, 8)}`;
  const button = (text) =>
    element("button", { type: "button", class: "ipv6l-button", ...OWN_KEYS }, text);
  const parts = {
    heads: element("div", { class: "ipv6l-heads", "aria-hidden": "true" }),
    list: element("div", {
      role: "listbox",
      class: "ipv6l-list",
      "aria-label": labels.list,
      "aria-describedby": `${id}-keys`,
    }),
    previous: button(labels.previous),
    next: button(labels.next),
    count: element("span", { role: "status" }),
    empty: element("p", {}, labels.empty),
  };
  parts.pages = element("div", { class: "ipv6l-pages" }, parts.previous, parts.next, parts.count);
  parts.diagram = element("div", { class: "ipv6l-diagram", dir: "ltr" }, parts.heads, parts.list);
  el.append(
    element(
      "div",
      { class: "ipv6l", role: "group", "aria-label": labels.title },
      parts.empty,
      parts.diagram,
      parts.pages,
      element("p", { id: `${id}-keys`, class: "ipv6l-keys" }, labels.keys),
    ),
  );
  return parts;
}

// The list scrolls to its line, and the page stays.
function reveal(list, line) {
  const above = line.offsetTop - list.scrollTop;
  if (above < 0) list.scrollTop = line.offsetTop;
  else if (above + line.offsetHeight > list.clientHeight)
    list.scrollTop = line.offsetTop + line.offsetHeight - list.clientHeight;
}

function drawSteps(parts, state) {
  const { nodes, first, steps, count, page, labels } = state;
  parts.empty.hidden = count > 0;
  parts.diagram.hidden = count === 0;
  parts.pages.hidden = count <= page;
  const names = nodes.map((name) => element("span", {}, name));
  names.forEach((name, place) => {
    name.style.insetInlineStart = `${100 * middle(place, nodes.length)}%`;
    name.style.maxWidth = `${100 / nodes.length}%`;
  });
  parts.heads.replaceChildren(element("span", { class: "ipv6l-names" }, ...names));
  parts.count.textContent = fill(labels.count, { first: first + 1, last: first + steps.length, count });
  parts.previous.setAttribute("aria-disabled", String(first === 0));
  parts.next.setAttribute("aria-disabled", String(first + page >= count));
  const focused = parts.list.contains(document.activeElement);
  const lines = steps.map((step, number) => stepLine(step, first + number, nodes, false, labels));
  parts.list.replaceChildren(...lines);
  return { lines, focused };
}

function render({ model, el }) {
  const parts = layOut(el, model.get("state").labels);
  let lines = [];

  const drawChosen = (focus) => {
    const chosen = model.get("step") - model.get("state").first;
    if (!lines[chosen]) return; // its page will come
    lines.forEach((line, number) => {
      line.setAttribute("aria-selected", String(number === chosen));
      line.tabIndex = number === chosen ? 0 : -1;
    });
    if (focus) lines[chosen].focus({ preventScroll: true });
    reveal(parts.list, lines[chosen]);
  };
  let drawn = "";
  const draw = () => {
    const state = model.get("state");
    const now = JSON.stringify(state);
    if (now === drawn) return; // the same page
    drawn = now;
    const made = drawSteps(parts, state);
    lines = made.lines;
    drawChosen(made.focused);
  };
  const show = (step) => {
    const { count } = model.get("state");
    model.set("step", Math.max(0, Math.min(step, count - 1)));
    model.save_changes();
  };
  const hasFocus = () => parts.list.contains(document.activeElement);

  parts.list.addEventListener("click", (event) => {
    const line = event.target.closest("[data-step]");
    if (!line) return;
    line.focus({ preventScroll: true });
    show(Number(line.dataset.step));
  });
  parts.list.addEventListener("keydown", (event) => {
    const step = Number(event.target.dataset.step);
    if (Number.isNaN(step) || event.ctrlKey || event.altKey || event.metaKey) return;
    const to = {
      ArrowDown: step + 1,
      ArrowUp: step - 1,
      PageDown: step + LEAP,
      PageUp: step - LEAP,
      Home: 0,
      End: model.get("state").count - 1,
      Enter: step,
      " ": step,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
  for (const [button, way] of [[parts.previous, -1], [parts.next, 1]])
    button.addEventListener("click", () => {
      const { first, page } = model.get("state");
      if (button.getAttribute("aria-disabled") !== "true") show(first + way * page);
    });

  const drawStep = () => drawChosen(hasFocus());
  model.on("change:state", draw);
  model.on("change:step", drawStep);
  draw();
  return () => {
    model.off("change:state", draw);
    model.off("change:step", drawStep);
  };
}

export default { render };
