/* Progressive help only: every page and form works without this file. */
"use strict";

/* A form is sent once: its buttons rest after the first submit (the server refuses a second one as well). */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method.toLowerCase() !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  window.setTimeout(() => delete form.dataset.sent, 4000);
});

/* Destructive steps ask once. */
document.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-confirm]");
  if (asked && !window.confirm(asked.dataset.confirm)) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);

/* [data-print] prints; without script the browser's own menu does. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

/* A select or checkbox marked data-autosubmit sends its (GET) form; a button stands beside it without script. */
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
});

/* Drafts: what is typed in a form marked data-draft survives a closed tab. Cleared when the server accepted it. */
const draftKey = (form) => `gongjian:${form.dataset.draft}`;
const draftFields = (form) =>
  [...form.elements].filter((field) => field.name && !("draftSkip" in field.dataset) && !["hidden", "file", "password", "submit", "button"].includes(field.type));
const saveDraft = (form) => {
  const values = draftFields(form).map((field) =>
    [field.name, field.value, field.type === "checkbox" || field.type === "radio" ? field.checked : null]);
  window.localStorage.setItem(draftKey(form), JSON.stringify(values));
};
const restoreDraft = (form) => {
  const kept = window.localStorage.getItem(draftKey(form));
  if (!kept || form.dataset.bound) return;
  for (const [name, value, checked] of JSON.parse(kept)) {
    for (const field of draftFields(form).filter((candidate) => candidate.name === name)) {
      if (checked === null) field.value = value;
      else if (field.value === value) field.checked = checked;
    }
  }
  const note = form.querySelector("[data-draft-note]");
  if (note) note.hidden = false;
};
for (const done of document.querySelectorAll("[data-draft-done]")) {
  window.localStorage.removeItem(`gongjian:${done.dataset.draftDone}`);
}
for (const form of document.querySelectorAll("form[data-draft]")) {
  restoreDraft(form);
  form.addEventListener("input", () => saveDraft(form));
}

/* Picking rows: the bar of a list marked data-bulk appears with the first pick and counts. */
for (const form of document.querySelectorAll("form[data-bulk]")) {
  const bar = form.querySelector("[data-bulk-bar]");
  const all = form.querySelector("[data-pick-all]");
  if (!bar || !all) continue; // Nothing here is this reader's to pick.
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];
  const show = () => {
    const picked = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr").classList.toggle("picked", box.checked);
    bar.hidden = picked.length === 0;
    bar.querySelector("[data-bulk-none]").hidden = true;
    bar.querySelector("[data-bulk-some]").hidden = false;
    bar.querySelector("[data-bulk-count]").textContent = picked.length;
    all.checked = boxes.length > 0 && picked.length === boxes.length;
    all.indeterminate = picked.length > 0 && !all.checked;
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  form.addEventListener("change", show);
  form.addEventListener("reset", () => window.setTimeout(show));
  show();
}

/* A tick list says how many are ticked. */
document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-counted]");
  if (box) document.getElementById(box.dataset.counted).textContent = box.querySelectorAll("input[type=checkbox]:checked").length;
});

/* A draft may be thrown away; a form filled in anew for another kind keeps its draft under that kind's name. */
document.addEventListener("click", (event) => {
  const drop = event.target.closest("[data-draft-drop]");
  if (!drop) return;
  window.localStorage.removeItem(draftKey(drop.form));
  window.location.reload();
});
document.addEventListener("htmx:afterSettle", () => {
  for (const part of document.querySelectorAll("form [data-draft-key]")) part.closest("form").dataset.draft = part.dataset.draftKey;
});

/* Places to look at, by keys: J and K go to the next and the previous one, Y and N press its buttons, E opens its
   clause. Never while something is being typed; the keys can be turned off, since a stray letter must do no harm. */
for (const hint of document.querySelectorAll("[data-keys]")) {
  const places = [...document.querySelectorAll("[data-place]")];
  const button = hint.querySelector("button");
  const kept = "gongjian:keys";
  const went = "gongjian:place";
  let on = window.localStorage.getItem(kept) !== "off";
  const show = () => {
    button.setAttribute("aria-pressed", String(on));
    hint.querySelector("[data-keys-on]").hidden = !on;
  };
  const go = (place) => {
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "center" });
  };
  const step = (by) => {
    const at = places.indexOf(document.activeElement.closest("[data-place]"));
    const next = at < 0 ? 0 : at + by;
    if (places[next]) go(places[next]);
  };
  const press = (key) => {
    const place = document.activeElement.closest("[data-place]");
    const found = place && (key === "e" ? place.closest(".node") : place).querySelector(`[data-key="${key}"]`);
    if (!found) return;
    if (key !== "e") {
      window.sessionStorage.setItem(went, `${window.location.pathname} ${place.dataset.place}`);
      // The page then comes back without a fragment, which would take the focus from the next place.
      const told = document.createElement("input");
      Object.assign(told, { type: "hidden", name: "keys", value: "1" });
      found.form.append(told);
    }
    found.click();
  };
  button.addEventListener("click", () => {
    on = !on;
    window.localStorage.setItem(kept, on ? "on" : "off");
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
    else if ("yne".includes(key) && !event.repeat) press(key);
    else return;
    event.preventDefault();
  });
  hint.hidden = false;
  show();
  // An answer loads the page anew: whoever gave it by a key goes on at the next place.
  const [path, line] = (window.sessionStorage.getItem(went) || "").split(" ");
  window.sessionStorage.removeItem(went);
  if (path === window.location.pathname && places.length) {
    go(places.find((place) => Number(place.dataset.place) >= Number(line)) || places[places.length - 1]);
  }
}

/* A date is never broken at the end of a line, and no line begins with a separator. */
const DATE = /\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: \d{4})?/g;
const LEAVE = "svg, textarea, select, script, style, title, datalist, [contenteditable], .nowrap, .num";
const hold = (root) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (/[\d]|\s·/.test(text.data) && !text.parentElement.closest(LEAVE)) found.push(text);
  }
  for (const text of found) {
    const words = text.data.replace(/\s+·/g, "\u00a0·");
    const parts = document.createDocumentFragment();
    let from = 0;
    for (const hit of words.matchAll(DATE)) {
      const date = document.createElement("span");
      date.className = "nowrap";
      date.textContent = hit[0];
      parts.append(words.slice(from, hit.index), date);
      from = hit.index + hit[0].length;
    }
    if (from) {
      parts.append(words.slice(from));
      text.replaceWith(parts);
    } else if (words !== text.data) text.data = words;
  }
};
hold(document.body);
document.addEventListener("htmx:afterSettle", (event) => hold(event.target));

/* A chart wider than the page opens where today is; what its rows are called stays in view. */
for (const box of document.querySelectorAll(".scroll-x")) {
  const chart = box.querySelector("svg[data-now]");
  if (!chart || box.scrollWidth <= box.clientWidth) continue;
  const scale = () => chart.getBoundingClientRect().width / chart.viewBox.baseVal.width;
  const names = [...chart.querySelectorAll("[data-stay]")];
  const shift = () => {
    const by = box.scrollLeft / scale();
    for (const name of names) name.setAttribute("transform", `translate(${by} 0)`);
    chart.classList.toggle("scrolled", by > 1);
  };
  box.addEventListener("scroll", shift, { passive: true });
  box.scrollLeft = Number(chart.dataset.now) * scale() - box.clientWidth + 40;
  shift();
}
