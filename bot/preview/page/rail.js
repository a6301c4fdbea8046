/** The list at the side: who you are, your chats, the language of your phone. */

import { avatar, h, LANGUAGE_NAMES } from "./dom.js";
import { inShort } from "./messages.js";

const get = (id) => document.getElementById(id);

/** `choose`: person(id), chat(id), language(code). What had the focus keeps it. */
export function fillRail(state, me, choose) {
  const held = document.activeElement?.id;
  get("people").replaceChildren(...state.people.map((person) => radio(
    `person${person.id}`, "person", person.id === me.id, () => choose.person(person.id),
    [avatar(person.first_name, "person"), person.first_name],
  )));
  get("language-title").textContent = `Language of ${me.first_name}’s phone`;
  get("languages").replaceChildren(...state.languages.map((code) => radio(
    `language-${code}`, "language", code === me.language_code, () => choose.language(code),
    [h("span", { lang: code }, LANGUAGE_NAMES[code])],
  )));
  const mine = [...state.chats.values()].filter((chat) => chat.members.includes(me.id));
  get("chats").replaceChildren(...mine.map((chat) => h("li", {}, chatButton(chat, state, me, choose))));
  if (held && document.activeElement?.id !== held) get(held)?.focus({ preventScroll: true });
}

function radio(id, name, checked, choose, label) {
  const input = h("input", { type: "radio", id, name, onchange: choose });
  input.checked = checked;
  return h("label", { class: "choice" }, input, h("span", {}, label));
}

function chatButton(chat, state, me, choose) {
  const isPrivate = chat.kind === "private";
  const botName = (state.bot.texts[me.language_code] ?? state.bot.texts[""]).name;
  const name = isPrivate ? botName : chat.title;
  const newest = [...chat.messages.values()].at(-1);
  const unread = state.unread.has(chat.id);
  const about = newest ? inShort(newest) : isPrivate ? "Ask away" : chat.bot ? `With ${botName}` : `Without ${botName}`;
  return h(
    "button",
    { type: "button", class: "chat-button", id: `chat${chat.id}`, "aria-current": chat.id === state.chat ? "true" : null, onclick: () => choose.chat(chat.id) },
    avatar(name, isPrivate ? "bot" : "group"),
    h("span", { class: "chat-button-text" }, h("b", {}, name), h("span", {}, about)),
    unread && h("span", { class: "dot", role: "img", "aria-label": "new messages" }),
  );
}
