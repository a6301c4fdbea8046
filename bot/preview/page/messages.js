/** One message as an element. */

import { avatar, copy, h, icon, LOCALES, tone } from "./dom.js";
import { link, renderText } from "./entities.js";
import { reasons, shortReason } from "./panel.js";

const STAND_INS = {
  photo: ["photo", "Photo"],
  voice: ["voice", "Voice message, 0:04"],
  video: ["video", "Video, 0:04"],
  audio: ["audio", "Audio, 0:04"],
  location: ["location", "Location: Bergen"],
};

/**
 * `context`: me (person), chat, isGroup, language, bot, and the actions press(message, row, column, button),
 * reply, edit, why, command, start, switchInline, showMessage.
 */
export function renderMessage(message, context) {
  const mine = message.from.id === context.me.id;
  const element = h("article", {
    class: `message ${mine ? "mine" : "theirs"}${message.by_bot ? " bot" : ""}`,
    id: `m${message.message_id}`,
    tabindex: "-1",
    "aria-label": `${mine ? "You" : message.from.first_name}, ${clock(message.date, context.language)}`,
  });
  const name = context.isGroup && !mine
    ? h("p", { class: `from ink-${message.by_bot ? "bot" : tone(message.from.first_name)}` }, message.from.first_name)
    : null;
  const bubble = h(
    "div",
    { class: "bubble", lang: message.by_bot ? message.why?.language : null },
    name,
    message.via_bot && h("p", { class: "via", lang: "en" }, `via @${message.via_bot.username}`),
    message.reply_to_message && quoted(message.reply_to_message, context),
    body(message, context),
    h(
      "p",
      { class: "meta", lang: "en" },
      message.edited && h("span", {}, "edited"),
      h("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date, context.language)),
    ),
  );
  const column = h("div", { class: "column" }, bubble, reactions(message), keyboard(message, context), underneath(message, mine, context));
  if (context.isGroup && !mine) element.append(avatar(message.from.first_name, message.by_bot ? "bot" : "person"));
  element.append(column);
  return element;
}

export function clock(unix, language) {
  return new Intl.DateTimeFormat(LOCALES[language] ?? "en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    .format(new Date(unix * 1000));
}

/** A message in a few words: for a reply's quote and the list of chats. */
export function inShort(message) {
  if (message.text || message.caption) return (message.text ?? message.caption).replace(/\s+/g, " ").slice(0, 120);
  if (message.contact) return `Contact: ${[message.contact.first_name, message.contact.last_name].filter(Boolean).join(" ")}`;
  if (message.document) return message.document.file_name;
  if (message.sticker) return `${message.sticker.emoji} Sticker`;
  const kind = Object.keys(STAND_INS).find((name) => message[name]);
  return kind ? STAND_INS[kind][1] : "Message";
}

function quoted(message, context) {
  return h(
    "button",
    { type: "button", class: "quote", onclick: () => context.showMessage(message.message_id) },
    h("b", {}, message.from.id === context.me.id ? "You" : message.from.first_name),
    h("span", {}, inShort(message)),
  );
}

function body(message, context) {
  const parts = [];
  if (message.document) parts.push(documentCard(message.document));
  if (message.contact) parts.push(contactCard(message.contact));
  if (message.sticker) parts.push(h("p", { class: "sticker", role: "img", "aria-label": "Sticker" }, message.sticker.emoji));
  for (const [kind, [name, label]] of Object.entries(STAND_INS)) {
    if (message[kind]) parts.push(h("div", { class: `stand-in ${kind}` }, icon(name), h("span", {}, label)));
  }
  const text = message.text ?? message.caption;
  if (text) parts.push(h("div", { class: "text" }, renderText(text, message.entities ?? message.caption_entities, context)));
  if (parts.length === 0) parts.push(h("p", { class: "text quiet" }, "This message cannot be shown here."));
  return parts;
}

function documentCard(file) {
  const ending = file.file_name.includes(".") ? file.file_name.split(".").pop().slice(0, 4).toUpperCase() : "";
  return h(
    "a",
    { class: "card file", href: `/control/file/${encodeURIComponent(file.file_id)}`, download: file.file_name },
    h("span", { class: "badge-icon", "aria-hidden": "true" }, ending || icon("file")),
    h("span", { class: "card-text" }, h("b", {}, file.file_name), h("span", {}, `${size(file.file_size)}, download`)),
    icon("download"),
  );
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function contactCard(contact) {
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  const about = ["TITLE", "ORG"].map((field) => vcardField(contact.vcard, field)).filter(Boolean).join(", ");
  const email = vcardField(contact.vcard, "EMAIL");
  const vcard = contact.vcard ?? `BEGIN:VCARD\r\nVERSION:3.0\r\nN:${contact.last_name ?? ""};${contact.first_name};;;\r\nFN:${name}\r\nTEL:${contact.phone_number}\r\nEND:VCARD\r\n`;
  const save = h("button", { type: "button", class: "card-action" }, icon("download"), "Save contact");
  save.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([vcard], { type: "text/vcard" }));
    h("a", { href: address, download: `${name}.vcf` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  return h(
    "div",
    { class: "card contact" },
    h("div", { class: "card-row" }, avatar(name, "person"), h("div", { class: "card-text" }, h("b", {}, name), about && h("span", {}, about))),
    h("p", { class: "card-lines" }, h("a", { href: `tel:${contact.phone_number.replace(/\s/g, "")}` }, contact.phone_number), email && h("a", { href: `mailto:${email}` }, email)),
    save,
  );
}

function vcardField(vcard, field) {
  const line = (vcard ?? "").replace(/\r?\n[ \t]/g, "").split(/\r?\n/).find((row) => new RegExp(`^(?:item\\d+\\.)?${field}[;:]`, "i").test(row));
  return line ? line.slice(line.indexOf(":") + 1).replace(/\\([,;\\])/g, "$1").replace(/;/g, ", ").trim() : "";
}

function reactions(message) {
  return message.reactions?.length > 0 && h("p", { class: "reactions", "aria-label": "Reaction" }, message.reactions.join(" "));
}

function keyboard(message, context) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return h(
    "div",
    { class: "keyboard", role: "group", "aria-label": "Buttons", lang: message.why?.language },
    rows.map((row, r) => h("div", { class: "row" }, row.map((button, c) => keyboardButton(message, r, c, button, context)))),
  );
}

function keyboardButton(message, row, column, button, context) {
  const act = (action, sign) => h("button", { type: "button", class: `key ${button.style ?? ""}`, onclick: action }, h("span", {}, button.text), sign && icon(sign));
  if (button.url) {
    const element = link(button.url, [h("span", {}, button.text), icon("out")], context);
    element.classList.remove("in-text");
    element.classList.add("key");
    return element;
  }
  if (button.copy_text) return act(() => copy(button.copy_text.text), "copy");
  if (button.switch_inline_query_current_chat !== undefined) {
    return act(() => context.switchInline(button.switch_inline_query_current_chat, true), "inline");
  }
  const elsewhere = button.switch_inline_query ?? button.switch_inline_query_chosen_chat?.query;
  if (elsewhere !== undefined || button.switch_inline_query_chosen_chat) {
    return act(() => context.switchInline(elsewhere ?? "", false), "inline");
  }
  if (button.callback_data === undefined) return act(() => {}, null);
  return act((event) => context.press(message, row, column, event.currentTarget), null);
}

function underneath(message, mine, context) {
  const tools = h("div", { class: "tools" }, h("button", { type: "button", class: "tool", onclick: () => context.reply(message) }, icon("reply"), "Reply"));
  if (mine && message.text && !message.via_bot) {
    tools.append(h("button", { type: "button", class: "tool", onclick: () => context.edit(message) }, icon("edit"), "Edit"));
  }
  if (!message.why) return [tools];
  const short = shortReason(message.why);
  return [
    tools,
    h("button", { type: "button", class: "why-button", onclick: () => context.why(message) }, `Why? ${short}`),
    h("details", { class: "why-line", ontoggle: (event) => event.currentTarget.open && event.currentTarget.scrollIntoView({ block: "nearest" }) }, h("summary", {}, `Why? ${short}`), reasons(message.why)),
  ];
}
