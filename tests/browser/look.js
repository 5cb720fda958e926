/* What a page shows and what a screen reader would miss; run in the page. */
() => {
  const wrong = [];
  const shown = [];
  const name = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const kind = typeof element.className === "string" && element.className ? `.${element.className.split(" ")[0]}` : "";
    return element.tagName.toLowerCase() + id + kind + (element.name ? `[name=${element.name}]` : "");
  };
  const said = (element) => (element ? element.textContent.trim() : "");
  const pointed = (element) =>
    (element.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean)
      .map((id) => said(document.getElementById(id))).join(" ").trim();
  const pictures = (element) =>
    [...element.querySelectorAll("[aria-label], [alt], title")]
      .map((part) => part.getAttribute("aria-label") || part.getAttribute("alt") || part.textContent).join(" ").trim();
  const called = (element) =>
    element.getAttribute("aria-label") || pointed(element) || said(element) || pictures(element) ||
    element.getAttribute("title") || "";

  if (document.querySelectorAll("h1").length !== 1) wrong.push(`${document.querySelectorAll("h1").length} h1`);
  let before = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const level = Number(heading.tagName[1]);
    if (level > before + 1) wrong.push(`${heading.tagName} “${said(heading).slice(0, 30)}” follows h${before}`);
    if (!said(heading)) wrong.push(`${heading.tagName} is empty`);
    before = level;
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const labels = [...(field.labels || [])].map(said).join("");
    if (!labels && !field.getAttribute("aria-label") && !pointed(field)) wrong.push(`${name(field)} has no label`);
  }
  for (const element of document.querySelectorAll("a[href], button, summary, [role=img], iframe")) {
    if (!called(element)) wrong.push(`${name(element)} ${element.getAttribute("href") || ""} has no name`);
  }
  for (const picture of document.querySelectorAll("img:not([alt])")) wrong.push(`${name(picture)} has no alt`);
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) wrong.push(`two elements #${id}`);
  for (const label of document.querySelectorAll("label[for]")) {
    if (!document.getElementById(label.htmlFor)) wrong.push(`label for #${label.htmlFor}, which is not there`);
  }
  for (const element of document.querySelectorAll("[aria-describedby], [aria-labelledby], [aria-controls]")) {
    for (const kind of ["aria-describedby", "aria-labelledby", "aria-controls"]) {
      for (const id of (element.getAttribute(kind) || "").split(" ").filter(Boolean)) {
        if (!document.getElementById(id)) wrong.push(`${name(element)} ${kind} #${id}, which is not there`);
      }
    }
  }
  if (!document.querySelector("main#main")) wrong.push("no main");
  if (document.querySelector("[style], script:not([src]):not([type='application/json']), [onclick]")) wrong.push("inline style or script");

  const page = document.documentElement.lang;
  const skipped = (element) => {
    const spoken = element.closest("[lang]");
    return (spoken && spoken.lang.slice(0, 2) !== page.slice(0, 2)) ||
      element.closest("script, style, noscript, [translate=no], .seal, .avatar");
  };
  const add = (element, text) => {
    const words = text.replace(/\s+/g, " ").trim();
    if (words && !skipped(element)) shown.push({ where: name(element), text: words });
  };
  // The title of a page may be the title of a document in its own language.
  const own = [...document.querySelectorAll("main [lang]")].map(said).find((text) => text && document.title.includes(text));
  add(document.querySelector("title"), document.title.replace(own || "", ""));
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) add(walk.currentNode.parentElement, walk.currentNode.data);
  for (const element of document.querySelectorAll("body *")) {
    for (const kind of ["aria-label", "title", "placeholder", "alt", "data-confirm", "data-label"]) {
      if (element.hasAttribute(kind)) add(element, element.getAttribute(kind));
    }
  }
  return { wrong: [...new Set(wrong)], shown, lang: page };
}
