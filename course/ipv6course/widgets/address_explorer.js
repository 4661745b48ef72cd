// Draws the state that address_explorer.py computes, and sends back what the learner does.
// It computes nothing about addresses and holds no sentence: every label comes in state.labels.

const TYPING_PAUSE = 150; // milliseconds without a key before typed text is sent
const BITS_PER_GROUP = 16;
const BITS_PER_DIGIT = 4;

let views = 0; // makes element ids unique when one page shows several explorers

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// JupyterLab takes a key on a focused button for a notebook command ("b" adds a cell, arrows leave
// it), unless the button itself carries this attribute.
function button(className, ...children) {
  const attributes = { type: "button", class: className, "data-lm-suppress-shortcuts": "true" };
  return element("button", attributes, ...children);
}

// --- The text field, the undo button and what they lead to ---------------------------------------

function textField(id, labels) {
  const input = element("input", {
    type: "text",
    id: `${id}-text`,
    class: "ipv6x-input",
    dir: "ltr",
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    "aria-describedby": `${id}-error`,
  });
  const undo = button("ipv6x-undo", labels.undo);
  const label = element("label", { for: `${id}-text`, class: "ipv6x-label" }, labels.text);
  return { input, undo, row: element("div", { class: "ipv6x-entry" }, label, input, undo) };
}

function drawMessage(place, strong, text) {
  // A live region speaks again whenever its content is replaced, so leave equal content alone.
  const spoken = strong ? `${strong} ${text}` : text;
  if (place.dataset.spoken === spoken) return;
  place.dataset.spoken = spoken;
  place.replaceChildren(...(strong ? [element("strong", {}, strong), " ", text] : [text]));
  place.hidden = !text;
}

// --- The grid of bits ----------------------------------------------------------------------------

function bitGrid(id, labels) {
  const headers = [];
  const digits = [];
  const buttons = [];
  const rows = [];
  for (let group = 0; group < 8; group += 1) {
    const number = element("span", { class: "ipv6x-number" }, String(group + 1));
    const hex = element("span", { class: "ipv6x-hex" });
    const name = `${id}-group-${group + 1}`;
    const header = element("div", { role: "rowheader", class: "ipv6x-header" }, number, hex);
    header.id = name;
    headers.push({ header, hex });
    const row = element("div", { role: "row", class: "ipv6x-row", "aria-labelledby": name }, header);
    for (let nibble = 0; nibble < BITS_PER_GROUP / BITS_PER_DIGIT; nibble += 1) {
      const digit = element("span", { class: "ipv6x-digit", "aria-hidden": "true" });
      digits.push(digit);
      const cells = element("div", { role: "none", class: "ipv6x-nibble" }, digit);
      for (let place = 0; place < BITS_PER_DIGIT; place += 1) {
        const bit = button("ipv6x-bit");
        bit.tabIndex = -1;
        bit.dataset.bit = String(buttons.length);
        buttons.push(bit);
        cells.append(element("div", { role: "gridcell", class: "ipv6x-cell" }, bit));
      }
      row.append(cells);
    }
    rows.push(row);
  }
  const grid = element(
    "div",
    {
      role: "grid",
      class: "ipv6x-grid",
      dir: "ltr",
      "aria-label": labels.bits,
      "aria-describedby": `${id}-keys`,
    },
    ...rows,
  );
  buttons[0].tabIndex = 0;
  return { grid, headers, digits, buttons };
}

function drawBits({ headers, digits, buttons }, state) {
  state.groups.forEach((value, group) => {
    const { header, hex } = headers[group];
    hex.textContent = value;
    header.setAttribute("aria-label", fill(state.labels.group, { group: group + 1, hex: value }));
    [...value].forEach((digit, place) => {
      digits[group * 4 + place].textContent = digit;
    });
  });
  buttons.forEach((bit, place) => {
    const value = state.bits[place];
    if (bit.textContent === value) return;
    bit.textContent = value;
    bit.setAttribute("aria-pressed", value === "1" ? "true" : "false");
    bit.setAttribute("aria-label", fill(state.labels.bit, { bit: place + 1, value }));
  });
}

// Where a key leads from a bit; undefined for a key that does not move.
function destination(event, bit, bitsPerLine) {
  const first = bit - (bit % BITS_PER_GROUP);
  const far = event.ctrlKey || event.metaKey;
  const moves = {
    ArrowLeft: bit - 1,
    ArrowRight: bit + 1,
    ArrowUp: bit - bitsPerLine,
    ArrowDown: bit + bitsPerLine,
    PageUp: bit - BITS_PER_GROUP,
    PageDown: bit + BITS_PER_GROUP,
    Home: far ? 0 : first,
    End: far ? 127 : first + BITS_PER_GROUP - 1,
  };
  return moves[event.key];
}

// Roving tabindex: the grid is one tab stop, and that stop is the bit that had the focus last.
function followFocus({ grid, buttons }) {
  grid.addEventListener("focusin", (event) => {
    if (event.target.dataset.bit === undefined) return;
    for (const bit of buttons) bit.tabIndex = bit === event.target ? 0 : -1;
  });
  grid.addEventListener("keydown", (event) => {
    const bit = Number(event.target.dataset.bit);
    // On a narrow screen a group wraps into two lines; up and down follow what is seen.
    const bitsPerLine = buttons[8].offsetTop > buttons[0].offsetTop ? 8 : BITS_PER_GROUP;
    const to = destination(event, bit, bitsPerLine);
    if (to === undefined) return;
    event.preventDefault();
    buttons[to]?.focus();
  });
}

// --- The steps -----------------------------------------------------------------------------------

function drawSteps(list, state) {
  list.replaceChildren(
    ...state.steps.map((step) =>
      element(
        "li",
        { class: "ipv6x-step", "data-rule": step.rule },
        element("code", { class: "ipv6x-code", dir: "ltr" }, step.text),
        element("span", { class: "ipv6x-why" }, step.why, " ", element("cite", {}, step.rfc)),
      ),
    ),
  );
}

// --- The widget ----------------------------------------------------------------------------------

function layOut(el, labels) {
  views += 1;
  const id = `ipv6x-${views}-${Math.random().toString(36).slice(2, 8)}`;
  const field = textField(id, labels);
  const bitsView = bitGrid(id, labels);
  const parts = {
    ...field,
    ...bitsView,
    error: element("p", { id: `${id}-error`, class: "ipv6x-error" }),
    note: element("p", { class: "ipv6x-note" }),
    canonical: element("output", { class: "ipv6x-code ipv6x-canonical", dir: "ltr", for: `${id}-text` }),
    steps: element("ol", { class: "ipv6x-steps", "aria-labelledby": `${id}-steps` }),
  };
  parts.canonical.id = `${id}-canonical`;
  parts.root = element(
    "div",
    { class: "ipv6x", role: "group", "aria-label": labels.title },
    field.row,
    element("div", { class: "ipv6x-live", "aria-live": "polite" }, parts.error, parts.note),
    element(
      "p",
      { class: "ipv6x-result" },
      element("label", { class: "ipv6x-label", for: parts.canonical.id }, labels.canonical),
      parts.canonical,
    ),
    element("p", { class: "ipv6x-heading" }, labels.bits),
    bitsView.grid,
    element("p", { id: `${id}-keys`, class: "ipv6x-keys" }, labels.keys),
    element("p", { id: `${id}-steps`, class: "ipv6x-heading" }, labels.steps),
    parts.steps,
  );
  el.append(parts.root);
  return parts;
}

function draw(parts, state) {
  const { input, undo, error, note, canonical } = parts;
  const picture = state.labels["last-picture"];
  if (state.error) drawMessage(error, state.labels.error, `${state.error} ${picture}`);
  else drawMessage(error, "", "");
  drawMessage(note, "", state.note);
  input.setAttribute("aria-invalid", state.error ? "true" : "false");
  // Not `disabled`: that would throw the keyboard focus away.
  undo.setAttribute("aria-disabled", state.can_undo ? "false" : "true");
  if (canonical.textContent !== state.canonical) canonical.textContent = state.canonical;
  drawBits(parts, state);
  drawSteps(parts.steps, state);
}

function render({ model, el }) {
  const parts = layOut(el, model.get("state").labels);
  const { root, input, undo, grid } = parts;
  let typing; // the timer of text that is typed and not yet sent

  const send = () => {
    clearTimeout(typing);
    typing = undefined;
    if (input.value === model.get("value")) return;
    model.set("value", input.value);
    model.save_changes();
  };
  const takeBack = () => {
    const unsent = input.value !== model.get("value");
    clearTimeout(typing);
    typing = undefined;
    input.value = model.get("value");
    if (!unsent) model.send({ kind: "undo" });
  };
  const drawState = () => draw(parts, model.get("state"));
  const drawValue = () => {
    // While someone types, the field is theirs.
    if (typing === undefined && input.value !== model.get("value")) input.value = model.get("value");
  };

  input.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(send, TYPING_PAUSE);
  });
  input.addEventListener("change", send); // Enter, or the focus leaves
  undo.addEventListener("click", takeBack);
  grid.addEventListener("click", (event) => {
    const bit = event.target.closest("[data-bit]");
    if (bit) model.send({ kind: "flip", bit: Number(bit.dataset.bit) });
  });
  followFocus(parts);
  root.addEventListener("keydown", (event) => {
    const undoKey = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!undoKey || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    takeBack();
  });

  model.on("change:state", drawState);
  model.on("change:value", drawValue);
  drawState();
  drawValue();
  return () => {
    clearTimeout(typing);
    model.off("change:state", drawState);
    model.off("change:value", drawValue);
  };
}

export default { render };
