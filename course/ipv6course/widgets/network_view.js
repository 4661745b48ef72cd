// Draws the state that network_view.py computes, and sends back what the learner chooses.
// It knows nothing of networks and holds no sentence: all of them come in the state.

const SVG = "http://www.w3.org/2000/svg";
const BOX = { width: 86, height: 44 };
// Pixels from one node to the next; `least` leaves room for what is written at a link.
const WIDE = { across: 190, least: 150, down: 78 };
const TALL = { across: 94, least: 94, down: 112 }; // on a narrow screen, where columns go down
const HUB = 4; // of a node with more links than these, what a link says stands below its other end
const LINE = 14; // pixels of one line of text
const NARROW = 520; // pixels
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" }; // or JupyterLab takes the keys

let views = 0; // makes element ids unique when one page shows several networks

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function shape(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// --- The picture --------------------------------------------------------------------------------

// How wide the picture is, as far apart as its columns are.
const widthOf = (across, last) => BOX.width + 16 + last * across;

// Whether columns go down: the room is small, or too small for so many columns.
function isNarrow(nodes, room) {
  const last = Math.max(0, ...nodes.map(({ place }) => place[0]));
  return room < NARROW || room < widthOf(WIDE.least, last);
}

// Where the middle of each node is, in pixels; and how large the picture is.
function placesOf(nodes, narrow, room) {
  const { least, down: stepDown, across: most } = narrow ? TALL : WIDE;
  const last = Math.max(1, ...nodes.map(({ place }) => place[0]));
  const fitting = Math.floor((room - widthOf(0, 0)) / last);
  const step = { across: Math.max(least, Math.min(most, fitting)), down: stepDown };
  const places = new Map();
  for (const { name, place, narrow_place } of nodes) {
    const [across, down] = narrow ? [...narrow_place].reverse() : place;
    const x = 8 + BOX.width / 2 + across * step.across;
    places.set(name, { x, y: 16 + BOX.height / 2 + down * step.down, links: 0 });
  }
  const far = (of) => Math.max(0, ...[...places.values()].map(of));
  const width = far(({ x }) => x) + BOX.width / 2 + 8;
  return { places, width, height: far(({ y }) => y) + BOX.height / 2 + 3 * LINE };
}

// A link's line, and what is written at it.
function linkShapes(link, places) {
  const [a, b] = link.ends.map((name) => places.get(name));
  const used = link.sent[0] + link.sent[1] > 0;
  const kinds = ["ipv6n-link", used && "ipv6n-used", !link.is_up && "ipv6n-down"];
  const ends = { x1: a.x, y1: a.y, x2: b.x, y2: b.y };
  const line = shape("line", { ...ends, class: kinds.filter(Boolean).join(" ") });
  const texts = [];
  const says = (x, y, kind, text) =>
    texts.push(shape("text", { x, y, class: `ipv6n-says ${kind}` }, text));
  const [first, second] = link.sent;
  const arrows = Math.abs(a.x - b.x) >= Math.abs(a.y - b.y) ? ["→", "←"] : ["↓", "↑"];
  if (a.x > b.x || (a.x === b.x && a.y > b.y)) arrows.reverse();
  const count = [first && `${arrows[0]} ${first}`, second && `${arrows[1]} ${second}`]
    .filter(Boolean)
    .join("  ");
  if (a.links > HUB !== b.links > HUB) {
    const leaf = a.links > HUB ? b : a;
    const below = leaf.y + BOX.height / 2;
    [...(count ? [count] : []), ...link.labels].forEach((text, number) =>
      says(leaf.x, below + LINE * (number + 1), text === count ? "ipv6n-count" : "", text),
    );
    return { line, texts };
  }
  const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
  link.labels.forEach((text, number) =>
    says(x, y - LINE / 2 - LINE * (link.labels.length - 1 - number), "", text),
  );
  if (count) says(x, y + LINE, "ipv6n-count", count);
  return { line, texts };
}

function nodeShape(node, { x, y }, chosen, labels) {
  const attributes = {
    role: "radio",
    class: "ipv6n-node",
    tabindex: chosen ? 0 : -1,
    "aria-checked": chosen,
    "aria-label": fill(labels.node, node),
    "data-node": node.name,
    transform: `translate(${x - BOX.width / 2} ${y - BOX.height / 2})`,
    ...OWN_KEYS,
  };
  const name = node.name.length > 12 ? `${node.name.slice(0, 11)}…` : node.name;
  return shape(
    "g",
    attributes,
    shape("rect", { ...BOX, rx: node.is_router ? BOX.height / 2 : 4 }),
    shape("text", { x: BOX.width / 2, y: 19, class: "ipv6n-name" }, name),
    shape("text", { x: BOX.width / 2, y: 35, class: "ipv6n-kind" }, node.kind),
  );
}

// The node that an arrow key leads to: the nearest one that is rather there than aside.
function nearest(places, from, key) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const way = ways[key];
  if (!way) return undefined;
  const here = places.get(from);
  let best;
  for (const [name, place] of places) {
    const [x, y] = [place.x - here.x, place.y - here.y];
    const ahead = x * way[0] + y * way[1];
    const aside = Math.abs(x * way[1]) + Math.abs(y * way[0]);
    if (name === from || ahead <= 0) continue;
    const far = ahead + 2 * aside;
    if (!best || far < best.far) best = { name, far };
  }
  return best?.name;
}

// --- The tables ---------------------------------------------------------------------------------

function tableOf(caption, heads) {
  const body = element("tbody");
  const title = element("caption", { class: "ipv6n-heading" }, caption);
  const cells = heads.map((head) => element("th", { scope: "col" }, head));
  const head = element("thead", {}, element("tr", {}, ...cells));
  const table = element("table", { class: "ipv6n-table" }, title, head, body);
  // A long one scrolls, by the keyboard too.
  const frame = { class: "ipv6n-scroll", tabindex: "0", ...OWN_KEYS };
  return { frame: element("div", frame, table), title, body };
}

function rowOf([first, ...others]) {
  const cells = others.map((text) => element("td", { dir: "auto" }, text));
  return element("tr", {}, element("th", { scope: "row" }, first), ...cells);
}

// --- The widget ---------------------------------------------------------------------------------

function layOut(el, labels) {
  views += 1;
  const id = `ipv6n-${views}-${Math.random().toString(36).slice(2, 8)}`;
  const button = (text) =>
    element("button", { type: "button", class: "ipv6n-button", ...OWN_KEYS }, text);
  const parts = {
    step: button(labels.step),
    run: button(labels.run),
    runLong: button(labels["run-long"]),
    refresh: button(labels.refresh),
    said: element("p", { role: "status", class: "ipv6n-said" }),
    picture: element("div", { class: "ipv6n-picture", dir: "ltr" }),
    links: tableOf(labels.links, labels["link-heads"]),
    addresses: tableOf("", labels["address-heads"]),
    hint: element("p", { id: `${id}-hint`, class: "ipv6n-hint" }, labels.picture),
  };
  parts.svg = shape("svg", { role: "radiogroup", "aria-labelledby": `${id}-hint` });
  parts.picture.append(parts.svg);
  const controls = [parts.step, parts.run, parts.runLong, parts.refresh];
  el.append(
    element(
      "div",
      { class: "ipv6n", role: "group", "aria-label": labels.title },
      element("div", { class: "ipv6n-controls" }, ...controls),
      parts.said,
      parts.hint,
      parts.picture,
      element("div", { class: "ipv6n-tables" }, parts.addresses.frame, parts.links.frame),
    ),
  );
  return parts;
}

function drawPicture(parts, state, view) {
  const { svg } = parts;
  const focused = svg.contains(document.activeElement);
  const narrow = isNarrow(state.nodes, view.room);
  const { places, width, height } = placesOf(state.nodes, narrow, view.room);
  view.places = places;
  for (const name of state.links.flatMap(({ ends }) => ends)) places.get(name).links += 1;
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const nodes = state.nodes.map((node) =>
    nodeShape(node, places.get(node.name), node.name === state.chosen, state.labels),
  );
  if (!state.chosen) nodes[0]?.setAttribute("tabindex", "0");
  const links = state.links.map((link) => linkShapes(link, places));
  const lines = links.map(({ line }) => line);
  svg.replaceChildren(...lines, ...links.flatMap(({ texts }) => texts), ...nodes);
  if (focused) svg.querySelector('[tabindex="0"]')?.focus({ preventScroll: true });
}

function drawTables({ links, addresses }, state) {
  links.body.replaceChildren(
    ...state.links.map(({ name, facts, sent_text }) => rowOf([name, facts, sent_text])),
  );
  addresses.title.textContent = state.addresses_title;
  addresses.body.replaceChildren(...state.addresses.map(rowOf));
  addresses.frame.hidden = !state.chosen;
}

function render({ model, el }) {
  const parts = layOut(el, model.get("state").labels);
  const view = { places: new Map(), room: 1000 };

  const draw = () => {
    const state = model.get("state");
    if (parts.said.textContent !== state.said) parts.said.textContent = state.said;
    drawPicture(parts, state, view);
    drawTables(parts, state);
  };
  const choose = (name) => {
    model.set("node", name);
    model.save_changes();
  };

  parts.step.addEventListener("click", () => model.send({ kind: "step" }));
  parts.run.addEventListener("click", () => model.send({ kind: "run", seconds: 1 }));
  parts.runLong.addEventListener("click", () => model.send({ kind: "run", seconds: 30 }));
  parts.refresh.addEventListener("click", () => model.send({ kind: "refresh" }));
  parts.svg.addEventListener("click", (event) => {
    const node = event.target.closest("[data-node]");
    if (!node) return;
    node.focus({ preventScroll: true });
    choose(node.dataset.node);
  });
  parts.svg.addEventListener("keydown", (event) => {
    const from = event.target.dataset?.node;
    if (from === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const isChosen = event.key === "Enter" || event.key === " ";
    if (!isChosen && !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const to = isChosen ? from : nearest(view.places, from, event.key);
    if (to === undefined) return;
    const node = parts.svg.querySelector(`[data-node="${CSS.escape(to)}"]`);
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
    choose(to);
  });

  model.on("change:state", draw);
  draw();
  const observer = new ResizeObserver(([entry]) => {
    const room = Math.floor(entry.contentRect.width);
    if (!room || room === view.room) return; // not shown at present, or the same as before
    view.room = room;
    drawPicture(parts, model.get("state"), view);
  });
  observer.observe(parts.picture);
  return () => {
    observer.disconnect();
    model.off("change:state", draw);
  };
}

export default { render };
