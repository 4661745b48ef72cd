// Draws the state that packet_inspector.py computes, and sends back which frame and field is chosen.
// It computes nothing about packets and holds no sentence: all of them come in labels and texts.

const NOTHING = -1;
const LEAP = 10; // lines that Page Up and Page Down go
const WIDE = 620; // pixels: room for 16 octets a line
const NARROW = 290; // pixels: no room for the letters

let views = 0; // makes element ids unique when one page shows several inspectors

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// JupyterLab takes a key for a notebook command, unless the element itself carries this attribute.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

// A list that scrolls shows its line without moving the page.
function reveal(list, line) {
  const above = line.offsetTop - list.scrollTop;
  if (above < 0) list.scrollTop = line.offsetTop;
  else if (above + line.offsetHeight > list.clientHeight)
    list.scrollTop = line.offsetTop + line.offsetHeight - list.clientHeight;
}

// Roving tabindex: a list is one tab stop, the line that had the focus last.
function rove(lines, place, focus) {
  lines.forEach((line, number) => {
    line.tabIndex = number === place ? 0 : -1;
  });
  if (focus) lines[place]?.focus({ preventScroll: true });
}

// --- What the state says, as fields -------------------------------------------------------------

function fieldsOf(state) {
  return (state.rows ?? []).map(([depth, offset, length, bit, bits, ...texts], number) => {
    const [name, value, meaning, rfc] = texts.map((place) => state.texts[place]);
    return { number, depth, offset, length, bit, bits, name, value, meaning, rfc };
  });
}

// The innermost fields that hold an octet; several where they share it, each some of its bits.
function holding(fields, octet) {
  const holds = (field) => field.offset <= octet && octet < field.offset + field.length;
  const isLeaf = (field) => (fields[field.number + 1]?.depth ?? 0) <= field.depth;
  const leaves = fields.filter((field) => holds(field) && isLeaf(field));
  return leaves.length ? leaves : fields.filter(holds).slice(-1);
}

function placeOf(field, labels) {
  const first = field.offset;
  const values = { first, last: first + field.length - 1, bit: field.bit, count: field.bits };
  values.end = field.bit + field.bits - 1;
  if (!field.bits || field.bits === 8 * field.length)
    return fill(field.length === 1 ? labels.octet : labels.range, values);
  if (field.length > 1) return fill(labels["long-bits"], values);
  return fill(field.bits === 1 ? labels.bit : labels.bits, values);
}

// --- The parts ----------------------------------------------------------------------------------

function fieldLine(field, wrong, parent, labels) {
  const line = element("div", {
    role: "treeitem",
    class: "ipv6p-field",
    tabindex: "-1",
    "aria-level": String(field.depth + 1),
    "aria-selected": "false",
    ...(parent ? { "aria-expanded": "true" } : {}),
    ...OWN_KEYS,
  });
  line.style.setProperty("--depth", String(field.depth));
  const code = (text) => element("code", { class: "ipv6p-code", dir: "auto" }, text);
  line.append(element("span", { class: "ipv6p-mark", "aria-hidden": "true" }));
  const words = element("span", { class: "ipv6p-words" });
  words.append(element("span", { class: "ipv6p-name" }, field.name));
  if (field.value) words.append(" = ", code(field.value));
  if (wrong) words.append(" ", element("strong", { class: "ipv6p-wrong" }, labels[wrong]));
  if (field.meaning) words.append(" ", element("span", { class: "ipv6p-meaning" }, field.meaning));
  if (field.rfc) words.append(" ", element("cite", {}, field.rfc));
  line.append(words);
  return line;
}

function octetLines(state, perLine, withLetters) {
  const octets = (state.octets ?? "").match(/../g) ?? [];
  const cells = octets.map((octet, place) =>
    element(
      "span",
      {
        role: "gridcell",
        class: "ipv6p-octet",
        tabindex: "-1",
        "data-octet": String(place),
        "aria-selected": "false",
        ...OWN_KEYS,
      },
      octet,
    ),
  );
  if (state.ended_at !== null && state.ended_at !== undefined)
    for (const cell of cells.slice(state.ended_at)) cell.classList.add("ipv6p-senseless");
  const lines = [];
  for (let first = 0; first < cells.length; first += perLine) {
    const offset = first.toString(16).padStart(4, "0");
    const line = element("div", { role: "row", class: "ipv6p-line" });
    line.append(element("span", { role: "rowheader", class: "ipv6p-offset" }, offset));
    line.append(...cells.slice(first, first + perLine));
    if (withLetters) {
      const numbers = octets.slice(first, first + perLine).map((octet) => parseInt(octet, 16));
      const letter = (code) => (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : ".");
      const text = numbers.map(letter).join("");
      line.append(element("span", { class: "ipv6p-letters", "aria-hidden": "true" }, text));
    }
    lines.push(line);
  }
  return { lines, cells };
}

function findingLine(finding) {
  const kind = `ipv6p-finding ipv6p-${finding.severity}`;
  const attributes = { type: "button", class: kind, "data-row": String(finding.row), ...OWN_KEYS };
  return element("li", {}, element("button", attributes, finding.text));
}

function frameLine([number, time, source, destination, protocol, length, summary], chosen) {
  const line = element("div", {
    role: "option",
    class: "ipv6p-frame",
    tabindex: chosen ? "0" : "-1",
    "aria-selected": String(chosen),
    "data-frame": String(number - 1),
    ...OWN_KEYS,
  });
  const ends = source ? `${source} → ${destination}` : "";
  for (const text of [String(number), time, ends, `${protocol} (${length})`, summary])
    if (text) line.append(element("span", {}, text), " ");
  return line;
}

function layOut(el, labels) {
  views += 1;
  const id = `ipv6p-${views}-${Math.random().toString(36).slice(2, 8)}`;
  const named = (name) => ({ id: `${id}-${name}`, class: "ipv6p-heading" });
  const button = (text) =>
    element("button", { type: "button", class: "ipv6p-button", ...OWN_KEYS }, text);
  const parts = {
    listTitle: element("p", named("list")),
    list: element("div", { role: "listbox", class: "ipv6p-list", "aria-label": labels.list }),
    previous: button(labels.previous),
    next: button(labels.next),
    ended: element("p", { class: "ipv6p-ended" }),
    findings: element("ul", { class: "ipv6p-findings", "aria-label": labels.findings }),
    fine: element("p", { class: "ipv6p-fine" }, labels["nothing-wrong"]),
    tree: element("div", { role: "tree", class: "ipv6p-tree", "aria-labelledby": `${id}-fields` }),
    size: element("span", { class: "ipv6p-size" }),
    grid: element("div", {
      role: "grid",
      class: "ipv6p-grid",
      dir: "ltr",
      "aria-labelledby": `${id}-octets`,
      "aria-describedby": `${id}-keys`,
    }),
    detail: element("p", { class: "ipv6p-detail", role: "status" }),
    notes: element("p", { class: "ipv6p-notes" }),
    empty: element("p", {}, labels["no-frame"]),
  };
  parts.pages = element("p", { class: "ipv6p-pages" }, parts.previous, parts.next);
  parts.frames = element("div", {}, parts.listTitle, parts.list, parts.pages);
  parts.packet = element(
    "div",
    {},
    element("div", { "aria-live": "polite" }, parts.ended),
    parts.findings,
    parts.fine,
    parts.detail,
    element(
      "div",
      { class: "ipv6p-both" },
      element("div", {}, element("p", named("fields"), labels.fields), parts.tree),
      element(
        "div",
        {},
        element("p", named("octets"), labels.octets, " ", parts.size),
        parts.grid,
        parts.notes,
      ),
    ),
    element("p", { id: `${id}-keys`, class: "ipv6p-keys" }, labels.keys),
  );
  const root = { class: "ipv6p", role: "group", "aria-label": labels.title };
  parts.root = element("div", root, parts.frames, parts.empty, parts.packet);
  el.append(parts.root);
  return parts;
}

// --- The view: what is drawn, chosen and pointed at ---------------------------------------------

class View {
  constructor(model, el) {
    this.model = model;
    this.labels = model.get("labels");
    this.parts = layOut(el, this.labels);
    this.perLine = 16;
    this.withLetters = true;
    this.drawState();
    this.drawListing();
    this.listen();
  }

  // --- Drawing ---

  drawState() {
    const { parts, labels } = this;
    const state = this.model.get("state");
    this.fields = fieldsOf(state);
    this.closed = new Set();
    this.octet = 0;
    const findings = state.findings ?? [];
    const wrong = new Map(findings.map((finding) => [finding.row, finding.severity]));
    this.lines = this.fields.map((field, number) => {
      const parent = (this.fields[number + 1]?.depth ?? 0) > field.depth;
      return fieldLine(field, wrong.get(number), parent, labels);
    });
    parts.tree.replaceChildren(...this.lines);
    parts.tree.scrollTop = 0;
    rove(this.lines, 0, false);
    parts.findings.replaceChildren(...findings.map(findingLine));
    parts.findings.hidden = !findings.length;
    parts.fine.hidden = Boolean(findings.length || state.ended);
    parts.ended.textContent = state.ended ?? "";
    parts.ended.hidden = !state.ended;
    parts.size.textContent = state.size ? `(${state.size})` : "";
    parts.notes.textContent = (state.notes ?? []).join(" ");
    parts.notes.hidden = !state.notes?.length;
    parts.packet.hidden = state.octets === undefined;
    parts.empty.hidden = state.octets !== undefined;
    this.drawOctets();
  }

  drawOctets() {
    const state = this.model.get("state");
    const { lines, cells } = octetLines(state, this.perLine, this.withLetters);
    this.cells = cells;
    this.parts.grid.replaceChildren(...lines);
    this.parts.grid.style.setProperty("--per-line", String(this.perLine));
    rove(cells, this.octet, false);
    this.drawSelected();
  }

  drawSelected() {
    const number = this.model.get("selected");
    this.mark("selected", number);
    this.lines.forEach((line, place) => {
      line.setAttribute("aria-selected", String(place === number));
    });
    const { detail } = this.parts;
    const field = this.fields[number];
    if (!field) {
      detail.textContent = this.labels.choose;
      return;
    }
    rove(this.lines, number, false);
    this.open(number);
    reveal(this.parts.tree, this.lines[number]);
    detail.replaceChildren(element("strong", {}, field.name));
    if (field.value) detail.append(" = ", element("code", { dir: "auto" }, field.value));
    for (const text of [field.meaning, field.rfc, placeOf(field, this.labels)])
      if (text) detail.append(" · ", element("span", {}, text));
    const first = this.cells[field.offset];
    const within = field.offset <= this.octet && this.octet < field.offset + field.length;
    if (!within && first) {
      this.octet = field.offset;
      rove(this.cells, this.octet, false);
      reveal(this.parts.grid, first.parentElement);
    }
  }

  // Marks a field and its octets: "selected", or "near" while the pointer is over one of them.
  mark(how, number) {
    const name = `ipv6p-${how}`;
    for (const old of this.parts.root.querySelectorAll(`.${name}`)) old.classList.remove(name);
    const field = this.fields[number];
    if (!field) return;
    this.lines[number].classList.add(name);
    for (const cell of this.cells.slice(field.offset, field.offset + field.length))
      cell.classList.add(name);
    if (how !== "selected") return;
    this.cells.forEach((cell) => {
      cell.setAttribute("aria-selected", String(cell.classList.contains(name)));
    });
  }

  drawListing() {
    const { title, count, page, rows } = this.model.get("listing");
    const { parts } = this;
    const chosen = this.model.get("frame");
    if (rows.length && !rows.some(([number]) => number - 1 === chosen)) return; // its page will come
    const focused = parts.list.contains(document.activeElement);
    parts.frames.hidden = count < 2;
    parts.listTitle.textContent = title;
    this.frameLines = rows.map((row) => frameLine(row, row[0] - 1 === chosen));
    parts.list.replaceChildren(...this.frameLines);
    parts.pages.hidden = count <= page;
    parts.previous.setAttribute("aria-disabled", String(chosen < page));
    parts.next.setAttribute("aria-disabled", String(chosen - (chosen % page) + page >= count));
    const line = this.frameLines.find((found) => Number(found.dataset.frame) === chosen);
    if (line) reveal(parts.list, line);
    if (focused) line?.focus({ preventScroll: true });
  }

  // --- Choosing ---

  select(number) {
    if (number === this.model.get("selected")) return;
    this.model.set("selected", number);
    this.model.save_changes();
  }

  selectAt(octet, next) {
    const found = holding(this.fields, octet);
    if (!found.length) return;
    const now = found.findIndex((field) => field.number === this.model.get("selected"));
    if (now !== NOTHING && !next) return;
    this.select(found[(now + 1) % found.length].number);
  }

  show(frame) {
    const { count } = this.model.get("listing");
    this.model.set("frame", Math.max(0, Math.min(frame, count - 1)));
    this.model.save_changes();
  }

  // --- The tree: what is open ---

  end(number) {
    let end = number + 1;
    while (end < this.fields.length && this.fields[end].depth > this.fields[number].depth) end += 1;
    return end;
  }

  parent(number) {
    let above = number - 1;
    while (above >= 0 && this.fields[above].depth >= this.fields[number].depth) above -= 1;
    return above;
  }

  open(number) {
    for (let above = this.parent(number); above >= 0; above = this.parent(above))
      this.closed.delete(above);
    this.drawOpen();
  }

  toggle(number, closed) {
    if (closed) this.closed.add(number);
    else this.closed.delete(number);
    this.drawOpen();
  }

  drawOpen() {
    let shownFrom = 0;
    this.lines.forEach((line, number) => {
      line.hidden = number < shownFrom;
      if (!line.hasAttribute("aria-expanded")) return;
      const closed = this.closed.has(number);
      line.setAttribute("aria-expanded", String(!closed));
      if (closed) shownFrom = Math.max(shownFrom, this.end(number));
    });
  }

  // --- Keys and pointer ---

  listen() {
    const { tree, grid, list, findings, previous, next, root } = this.parts;
    tree.addEventListener("keydown", (event) => this.keyInTree(event));
    grid.addEventListener("keydown", (event) => this.keyInGrid(event));
    list.addEventListener("keydown", (event) => this.keyInList(event));
    tree.addEventListener("click", (event) => {
      const line = event.target.closest(".ipv6p-field");
      if (!line) return;
      const number = this.lines.indexOf(line);
      if (event.target.closest(".ipv6p-mark") && line.hasAttribute("aria-expanded"))
        this.toggle(number, !this.closed.has(number));
      else this.select(number);
      rove(this.lines, number, true);
    });
    grid.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-octet]");
      if (!cell) return;
      const octet = Number(cell.dataset.octet);
      const again = octet === this.octet;
      this.goTo(octet);
      this.selectAt(octet, again);
    });
    findings.addEventListener("click", (event) => {
      const line = event.target.closest("[data-row]");
      if (line) this.select(Number(line.dataset.row));
    });
    list.addEventListener("click", (event) => {
      const line = event.target.closest("[data-frame]");
      if (!line) return;
      line.focus({ preventScroll: true });
      this.show(Number(line.dataset.frame));
    });
    for (const [button, way] of [[previous, -1], [next, 1]])
      button.addEventListener("click", () => {
        const { page } = this.model.get("listing");
        const first = this.model.get("frame") - (this.model.get("frame") % page);
        if (button.getAttribute("aria-disabled") !== "true") this.show(first + way * page);
      });
    root.addEventListener("pointerover", (event) => this.point(event.target));
    root.addEventListener("pointerleave", () => this.mark("near", NOTHING));
  }

  point(target) {
    const line = target.closest(".ipv6p-field");
    const cell = target.closest("[data-octet]");
    const held = cell ? holding(this.fields, Number(cell.dataset.octet))[0]?.number : NOTHING;
    this.mark("near", line ? this.lines.indexOf(line) : (held ?? NOTHING));
  }

  keyInTree(event) {
    const number = this.lines.indexOf(event.target);
    if (number < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const seen = this.lines.map((_line, place) => place).filter((place) => !this.lines[place].hidden);
    const at = seen.indexOf(number);
    const expanded = event.target.getAttribute("aria-expanded");
    let to;
    if (event.key === "ArrowRight" && expanded === "false") this.toggle(number, false);
    else if (event.key === "ArrowLeft" && expanded === "true") this.toggle(number, true);
    else {
      to = {
        ArrowDown: seen[at + 1],
        ArrowUp: seen[at - 1],
        ArrowRight: expanded ? seen[at + 1] : undefined,
        ArrowLeft: this.parent(number),
        PageDown: seen[Math.min(at + LEAP, seen.length - 1)],
        PageUp: seen[Math.max(at - LEAP, 0)],
        Home: seen[0],
        End: seen.at(-1),
        Enter: number,
        " ": number,
      }[event.key];
      if (to === undefined && !event.key.startsWith("Arrow")) return;
    }
    event.preventDefault();
    if (to === undefined || to < 0) return;
    rove(this.lines, to, true);
    this.select(to);
  }

  goTo(octet) {
    this.octet = octet;
    rove(this.cells, octet, true);
    reveal(this.parts.grid, this.cells[octet].parentElement);
  }

  keyInGrid(event) {
    const octet = Number(event.target.dataset.octet);
    if (Number.isNaN(octet) || event.altKey) return;
    const last = this.cells.length - 1;
    const first = octet - (octet % this.perLine);
    const far = event.ctrlKey || event.metaKey;
    const to = {
      ArrowLeft: octet - 1,
      ArrowRight: octet + 1,
      ArrowUp: octet - this.perLine,
      ArrowDown: octet + this.perLine,
      PageUp: Math.max(octet - LEAP * this.perLine, octet % this.perLine),
      PageDown: Math.min(octet + LEAP * this.perLine, last),
      Home: far ? 0 : first,
      End: far ? last : Math.min(first + this.perLine - 1, last),
      Enter: octet,
      " ": octet,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to < 0 || to > last) return;
    this.goTo(to);
    this.selectAt(to, to === octet);
  }

  keyInList(event) {
    const frame = Number(event.target.dataset.frame);
    if (Number.isNaN(frame) || event.ctrlKey || event.altKey || event.metaKey) return;
    const { count } = this.model.get("listing");
    const to = {
      ArrowDown: frame + 1,
      ArrowUp: frame - 1,
      PageDown: frame + LEAP,
      PageUp: frame - LEAP,
      Home: 0,
      End: count - 1,
      Enter: frame,
      " ": frame,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.show(to);
  }

  fit(width) {
    const perLine = width >= WIDE ? 16 : 8;
    const withLetters = width >= NARROW;
    if (perLine === this.perLine && withLetters === this.withLetters) return;
    Object.assign(this, { perLine, withLetters });
    this.drawOctets();
  }
}

function render({ model, el }) {
  const view = new View(model, el);
  const on = {
    "change:state": () => view.drawState(),
    "change:frame": () => view.drawListing(),
    "change:listing": () => view.drawListing(),
    "change:selected": () => view.drawSelected(),
  };
  for (const [event, act] of Object.entries(on)) model.on(event, act);
  const observer = new ResizeObserver(([entry]) => view.fit(entry.contentRect.width));
  observer.observe(view.parts.grid);
  return () => {
    observer.disconnect();
    for (const [event, act] of Object.entries(on)) model.off(event, act);
  };
}

export default { render };
