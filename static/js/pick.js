/* Long choices made short: where a select has more options than one can look through, a text field with the
   browser's own suggestions stands in its place; a long list of chips gets a field that narrows it. The select
   stays in the form and is what is sent; without script it is what is seen. */
"use strict";

const MANY = 30;
const said = document.body.dataset;
let numbered = 0;

/* Option texts as they can be typed: each once, with its group or a number where two are the same. */
const texts = (select) => {
  const found = new Map();
  for (const option of select.options) {
    if (!option.value) continue;
    const plain = option.textContent.trim().replace(/\s+/g, " ");
    const group = option.parentElement.label;
    let text = found.has(plain) && group ? `${group} · ${plain}` : plain;
    for (let n = 2; found.has(text); n += 1) text = `${plain} (${n})`;
    found.set(text, option);
  }
  return found;
};

const field = (select, known) => {
  const input = document.createElement("input");
  const list = document.createElement("datalist");
  numbered += 1;
  list.id = `pick-${numbered}`;
  for (const text of known.keys()) list.append(new Option("", text));
  input.type = "text";
  input.id = `${select.id || list.id}-find`;
  input.className = select.className.replace(/form-select/g, "form-control");
  input.setAttribute("list", list.id);
  input.autocomplete = "off";
  const none = [...select.options].find((option) => !option.value);
  const empty = none ? none.textContent.trim() : "";
  input.placeholder = /^-*$/.test(empty) ? said.find : empty;
  for (const name of ["aria-label", "aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  for (const label of select.id ? document.querySelectorAll(`label[for="${select.id}"]`) : []) label.htmlFor = input.id;
  const note = document.createElement("div");
  note.className = "form-text danger";
  note.setAttribute("role", "status");
  note.hidden = true;
  select.before(input, list, note);
  select.hidden = true;
  return [input, note];
};

/* What was typed: the option of that text, else the only one that holds it. */
const meant = (known, typed) => {
  if (known.has(typed)) return typed;
  const holding = typed ? [...known.keys()].filter((text) => text.toLowerCase().includes(typed.toLowerCase())) : [];
  return holding.length === 1 ? holding[0] : "";
};

const tell = (select) => {
  for (const name of ["input", "change"]) select.dispatchEvent(new Event(name, { bubbles: true }));
};

/* A suggestion that was clicked comes without the keyboard; typed text waits until it is left or sent off by Enter,
   which takes the choice and does not send the form. */
const chosen = (event) => !event.inputType || event.inputType === "insertReplacementText";
const listen = (input, known, take) => {
  input.addEventListener("input", (event) => { if (chosen(event) && known.has(input.value)) take(); event.stopPropagation(); });
  input.addEventListener("change", (event) => { take(); event.stopPropagation(); });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    take();
  });
};

const one = (select) => {
  const known = texts(select);
  const [input, note] = field(select, known);
  const show = () => {
    const now = [...known].find(([, option]) => option === select.selectedOptions[0]);
    input.value = now ? now[0] : "";
    note.hidden = true;
  };
  let told = select.value;
  const set = (option) => {
    select.value = option ? option.value : "";
    if (select.value === told) return;
    told = select.value;
    tell(select);
  };
  const take = () => {
    const typed = input.value.trim();
    const text = meant(known, typed);
    const may = [...select.options].some((option) => !option.value);
    if (text || (!typed && may)) {
      set(known.get(text));
      show();
      return;
    }
    if (!may) return show(); // Something has to be chosen: what was chosen stays.
    select.value = ""; // Never what stood there before; a list that filters itself waits for a real choice.
    note.textContent = said.choose;
    note.hidden = false;
  };
  listen(input, known, take);
  if (select.form) select.form.addEventListener("reset", () => window.setTimeout(show));
  show();
};

const several = (select) => {
  const known = texts(select);
  const [input, note] = field(select, known);
  const chips = document.createElement("div");
  chips.className = "choices mt-2";
  note.after(chips);
  const show = () => {
    chips.replaceChildren();
    for (const [text, option] of known) {
      if (!option.selected) continue;
      const chip = document.createElement("span");
      const away = document.createElement("button");
      chip.className = "chip chip-on";
      chip.textContent = text;
      away.type = "button";
      away.className = "chip-x";
      away.textContent = "×";
      away.setAttribute("aria-label", `${said.drop} ${text}`);
      away.addEventListener("click", () => { option.selected = false; show(); tell(select); });
      chip.append(away);
      chips.append(chip);
    }
  };
  const take = () => {
    const typed = input.value.trim();
    const text = meant(known, typed);
    note.hidden = Boolean(text) || !typed;
    note.textContent = said.choose;
    if (!text) return;
    known.get(text).selected = true;
    input.value = "";
    show();
    tell(select);
  };
  listen(input, known, take);
  show();
};

/* Chips: those that are ticked stay in sight. */
const narrow = (box) => {
  const labels = [...box.querySelectorAll(":scope > label.choice")];
  if (labels.length <= MANY) return;
  const input = document.createElement("input");
  input.type = "search";
  input.className = "form-control form-control-sm mb-2";
  input.placeholder = said.find;
  input.setAttribute("aria-label", said.find);
  input.addEventListener("input", (event) => {
    const typed = input.value.trim().toLowerCase();
    for (const label of labels) {
      label.hidden = !label.textContent.toLowerCase().includes(typed) && !label.querySelector("input:checked");
    }
    event.stopPropagation();
  });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  box.before(input);
};

const shorten = () => {
  for (const select of document.querySelectorAll("select:not([data-picked])")) {
    if (select.options.length <= MANY) continue;
    select.dataset.picked = "";
    if (select.multiple) several(select);
    else one(select);
  }
  for (const box of document.querySelectorAll(".choices:not([data-picked])")) {
    box.dataset.picked = "";
    narrow(box);
  }
};
shorten();
document.addEventListener("htmx:afterSettle", shorten);
