/** What stands in an empty chat, and the line under its name. */

import { avatar, h } from "./dom.js";

/** `bot`: {username, name, description, language}; `start` and `mention` are what the button does. */
export function renderIntro(chat, bot, { start, mention }) {
  const isPrivate = chat.kind === "private";
  const action = isPrivate
    ? h("button", { type: "button", class: "primary", onclick: start }, "Start")
    : h("button", { type: "button", class: "primary", onclick: mention }, `Mention @${bot.username}`);
  return h(
    "div",
    { class: "intro" },
    isPrivate ? h("img", { src: "/icon.svg", alt: "", width: "72", height: "72" }) : avatar(chat.title, "group"),
    h("h2", {}, isPrivate ? bot.name : chat.title),
    h("p", { lang: isPrivate && bot.description ? bot.language : "en" }, introduction(chat, bot)),
    action,
  );
}

function introduction(chat, bot) {
  if (chat.kind === "private") {
    return bot.description || `Ask ${bot.name} a question in your own words, or press Start to see what it can do.`;
  }
  if (chat.bot) {
    return `In a group, ${bot.name} reads only what is meant for it: mention @${bot.username}, reply to it, or use a command.`;
  }
  return `${bot.name} is not a member here. Mention @${bot.username} to ask it as a guest.`;
}

/** The line under a chat's name. */
export function headline(chat, bot, people, { open, present, typing }) {
  if (!open) return "not connected";
  if (typing) return "typing…";
  if (chat.kind === "private") return present ? "ready to answer" : "starting…";
  const names = chat.members.map((id) => people.find((person) => person.id === id)?.first_name);
  return chat.bot ? [...names, bot.name].join(", ") : `${names.join(", ")}, without ${bot.name}`;
}

/** The bot is writing: three dots at the end of the conversation. */
export function typingBubble() {
  return h("div", { class: "typing-bubble", id: "typing", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
}
