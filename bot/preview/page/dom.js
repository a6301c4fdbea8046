/** Building the page without ever reading text as HTML. */

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  send: "M4 12l16-8-6 16-3-6z",
  attach: "M12 5v14M5 12h14",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  out: "M8 16l8-8M9 8h7v7",
  copy: "M9 9h10v11H9zM5 15V4h10",
  inline: "M4 12h11M11 7l5 5-5 5M20 5v14",
  reply: "M10 8L5 12l5 4M5 12h9a5 5 0 0 1 5 5v1",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  photo: "M4 6h16v13H4zM4 16l5-5 4 4 3-3 4 4M15.5 10h.01",
  voice: "M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3",
  sticker: "M5 5h14v9l-5 5H5zM19 14h-5v5M9 10h.01M14 10h.01M9 13.5q2 1.5 4 0",
  location: "M12 21s6-6.3 6-11a6 6 0 0 0-12 0c0 4.7 6 11 6 11zM12 10h.01",
  contact: "M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 20c1-4 3.5-6 7-6s6 2 7 6",
  video: "M4 7h11v10H4zM15 11l5-3v8l-5-3",
  audio: "M9 18V6l10-2v12M9 18a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM19 16a2 2 0 1 1-4 0 2 2 0 0 1 4 0z",
};

/** An element: `on…` are listeners, true/false set or leave out an attribute, the rest are attributes. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function avatar(name, kind) {
  if (kind === "bot") return h("span", { class: "avatar", "aria-hidden": "true" }, h("img", { src: "/icon.svg", alt: "" }));
  const initials = name.split(/\s+/).map((word) => word[0] ?? "").slice(0, 2).join("").toUpperCase();
  return h("span", { class: `avatar tone-${tone(name)}`, "aria-hidden": "true" }, initials);
}

export function tone(name) {
  return [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 4;
}

let toastTimer = 0;

/** A short note that goes away by itself. */
export function toast(text) {
  const box = document.getElementById("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (box.hidden = true), 4000 + text.length * 40);
}

/** A dialog that stays until it is closed. */
export function showDialog(title, body, closeLabel = "OK") {
  const dialog = document.getElementById("dialog");
  document.getElementById("dialog-title").textContent = title;
  document.getElementById("dialog-body").replaceChildren(...[body].flat());
  document.getElementById("dialog-close").textContent = closeLabel;
  if (!dialog.open) dialog.showModal();
  return dialog;
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    showDialog("Copy this text", h("p", { class: "copy-me" }, text), "Close");
  }
}

// A browser without nynorsk would write English instead of it.
export const LOCALES = { en: "en-GB", nb: "nb-NO", nn: ["nn-NO", "nb-NO"] };
export const LANGUAGE_NAMES = { en: "English", nb: "Bokmål", nn: "Nynorsk", no: "Norwegian" };
