/** A message's text with its entities as elements. Offsets are UTF-16 units, as JavaScript counts too. */

import { h, LOCALES } from "./dom.js";

const SAFE = /^(https?:|mailto:|tel:)/i;

/**
 * `actions`: command(text), start(parameter) for deep links to the bot, `bot` its username, and
 * `language` for dates.
 */
export function renderText(text, entities, actions) {
  const ordered = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return renderPart(text, 0, text.length, ordered, actions);
}

function renderPart(text, start, end, entities, actions) {
  const nodes = [];
  let at = start;
  let index = 0;
  let after = false;
  while (index < entities.length) {
    const entity = entities[index];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    index += 1;
    if (to <= from) continue;
    const inner = [];
    while (index < entities.length && entities[index].offset < to) inner.push(entities[index++]);
    if (from > at) nodes.push(between(text.slice(at, from), after, isBlock(entity)));
    const children = renderPart(text, from, to, inner, actions);
    nodes.push(renderEntity(entity, text.slice(from, to), children, actions));
    after = isBlock(entity);
    at = to;
  }
  if (at < end) nodes.push(between(text.slice(at, end), after, false));
  return nodes;
}

function isBlock(entity) {
  return ["pre", "blockquote", "expandable_blockquote"].includes(entity.type);
}

/** Text beside a block without the line break that the block makes by itself. */
function between(text, afterBlock, beforeBlock) {
  const start = afterBlock && text.startsWith("\n") ? 1 : 0;
  const end = beforeBlock && text.endsWith("\n") ? text.length - 1 : text.length;
  return text.slice(start, Math.max(start, end));
}

function renderEntity(entity, text, children, actions) {
  switch (entity.type) {
    case "bold": return h("strong", {}, children);
    case "italic": return h("em", {}, children);
    case "underline": return h("u", {}, children);
    case "strikethrough": return h("s", {}, children);
    case "code": return h("code", {}, children);
    case "pre": return h("pre", {}, h("code", {}, children));
    case "spoiler": return spoiler(children);
    case "blockquote": return h("blockquote", {}, children);
    case "expandable_blockquote": return expandable(children);
    case "text_link": return link(entity.url, children, actions);
    case "url": return link(/^https?:/i.test(text) ? text : `https://${text}`, children, actions);
    case "email": return link(`mailto:${text}`, children, actions);
    case "phone_number": return link(`tel:${text.replace(/\s/g, "")}`, children, actions);
    case "bot_command": return h("button", { type: "button", class: "in-text", onclick: () => actions.command(text) }, children);
    case "mention":
    case "text_mention":
    case "hashtag": return h("span", { class: "mention" }, children);
    case "date_time": return dateTime(entity, text, children, actions.language);
    default: return h("span", {}, children);
  }
}

export function link(url, children, actions) {
  const parameter = startParameter(url, actions.bot);
  if (parameter !== null) {
    return h("button", { type: "button", class: "in-text", onclick: () => actions.start(parameter) }, children);
  }
  if (!SAFE.test(url)) return h("span", {}, children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url }, children);
}

/** What a link to this very bot starts it with; null for other links. */
export function startParameter(url, bot) {
  try {
    const address = new URL(url);
    const toBot = address.hostname === "t.me" && address.pathname.slice(1).toLowerCase() === bot.toLowerCase();
    const toBotTg = address.protocol === "tg:" && address.searchParams.get("domain")?.toLowerCase() === bot.toLowerCase();
    return toBot || toBotTg ? address.searchParams.get("start") ?? "" : null;
  } catch {
    return null;
  }
}

function spoiler(children) {
  const reveal = (event) => {
    const box = event.currentTarget;
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    box.classList.add("shown");
    box.removeAttribute("role");
    box.removeAttribute("aria-label");
    box.removeAttribute("tabindex");
  };
  return h(
    "span",
    { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Show hidden text", onclick: reveal, onkeydown: reveal },
    h("span", {}, children),
  );
}

function expandable(children) {
  const quote = h("blockquote", { class: "folded" }, children);
  const toggle = h("button", { type: "button", class: "unfold", "aria-expanded": "false" }, "Show more");
  toggle.addEventListener("click", () => {
    const folded = quote.classList.toggle("folded");
    toggle.textContent = folded ? "Show more" : "Show less";
    toggle.setAttribute("aria-expanded", String(!folded));
  });
  return h("div", { class: "expandable" }, quote, toggle);
}

/** The time in the reader's own zone; without a format the text stays and the time is in its tooltip. */
function dateTime(entity, text, children, language) {
  const moment = new Date(entity.unix_time * 1000);
  const locale = LOCALES[language] ?? "en-GB";
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" }).format(moment);
  const shown = entity.date_time_format ? formatMoment(moment, entity.date_time_format, locale) : null;
  const title = shown && shown !== text ? `${full} (written as “${text}”)` : full;
  return h("time", { class: "moment", datetime: moment.toISOString(), title }, shown ?? children);
}

export function formatMoment(moment, format, locale) {
  if (format === "r") return relative(moment, locale);
  const options = {};
  if (format.includes("w")) options.weekday = "long";
  if (format.includes("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "2-digit" });
  if (format.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (/[tT]/.test(format)) Object.assign(options, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (format.includes("T")) options.second = "2-digit";
  return new Intl.DateTimeFormat(locale, options).format(moment);
}

function relative(moment, locale) {
  const seconds = Math.round((moment - Date.now()) / 1000);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(seconds, "second");
}
