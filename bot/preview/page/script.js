/** The page: shows the open chat, keeps it up to date, and does what the person does. */

import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { avatar, h, LANGUAGE_NAMES, showDialog, toast } from "./dom.js";
import { closeDrawer, setUpDrawer } from "./drawer.js";
import { headline, renderIntro, typingBubble } from "./intro.js";
import { renderMessage } from "./messages.js";
import { fillPanel } from "./panel.js";
import { fillRail } from "./rail.js";
import { botNow, botText, chat, isPrivate, me, open, state, takeWorld } from "./state.js";

const get = (id) => document.getElementById(id);
const log = get("log");
const TAP_WAITS = 15000; // milliseconds until a pressed button stops waiting, as in Telegram
const TYPING_LASTS = 5000; // milliseconds, as in Telegram

const connection = new Connection({
  onChange: (change) => CHANGES[change.kind]?.(change),
  onState: showConnection,
});

/** Do something as the person in the open chat; null when it did not work. */
function send(action, fields) {
  return connection.post(action, { person: me().id, chat: state.chat, ...fields });
}

const composer = new Composer({
  me, send, start,
  chat, bot: () => state.bot, offline: () => !connection.open,
  commands: () => chat()?.commands[me().id] ?? [],
  lastOwn: () => [...chat().messages.values()].reverse().find((m) => m.from.id === me().id && m.text && !m.via_bot),
  upload: (file) => connection.upload(me().id, state.chat, file),
});

const context = {
  get me() { return me(); },
  get isGroup() { return !isPrivate(); },
  get language() { return me().language_code; },
  get bot() { return state.bot.username; },
  command: (text) => send("say", { text }),
  start,
  press,
  reply: (message) => composer.reply(message),
  edit: (message) => composer.edit(message),
  why: (message) => selectWhy(message, true),
  switchInline,
  showMessage,
};

// What the server tells

const CHANGES = {
  everything(change) {
    Object.assign(state, { examples: change.examples, languages: change.languages, present: change.present, explains: change.explains });
    state.chats = new Map();
    takeWorld(change.world);
    open(me().id, state.chat);
    get("why").hidden = !state.explains;
    get("app").classList.toggle("with-why", state.explains);
    showAll();
  },
  world(change) {
    takeWorld(change.world);
    showFrame();
    showIntro();
  },
  said: (change) => arrived(change.message),
  sent: (change) => { state.typing = 0; arrived(change.message); },
  person_edited: (change) => changed(change.message),
  edited: (change) => changed(change.message),
  reacted: (change) => changed(change.message),
  deleted(change) {
    state.chats.get(change.chat)?.messages.delete(change.message);
    if (change.chat === state.chat) get(`m${change.message}`)?.remove();
  },
  action(change) {
    if (change.chat !== state.chat) return;
    state.typing = Date.now() + TYPING_LASTS;
    if (change.action === "typing" && !get("typing")) {
      const atEnd = isAtEnd();
      log.append(typingBubble());
      if (atEnd) log.scrollTop = log.scrollHeight;
    }
    showHead();
    setTimeout(showHead, TYPING_LASTS + 50);
  },
  tap_answered(change) {
    answeredTaps.add(change.tap);
    document.querySelectorAll(`[data-tap="${change.tap}"]`).forEach((button) => button.classList.remove("waiting"));
    if (change.person !== me().id || !change.answer.text) return;
    if (change.answer.show_alert) showDialog(botText("name"), h("p", {}, change.answer.text));
    else toast(change.answer.text);
  },
  presence(change) { state.present = change.present; showHead(); },
};

function arrived(message) {
  state.chats.get(message.chat.id)?.messages.set(message.message_id, message);
  if (message.chat.id !== state.chat) state.unread.add(message.chat.id);
  showFrame();
  if (message.chat.id !== state.chat) return;
  const own = message.from.id === me().id;
  const atEnd = isAtEnd();
  log.querySelector(".intro")?.remove();
  log.append(renderMessage(message, context), ...[get("typing")].filter(Boolean));
  if (own || atEnd) toEnd(message);
  if (message.why) selectWhy(message, false);
  showChips();
}

function changed(message) {
  state.chats.get(message.chat.id)?.messages.set(message.message_id, message);
  const old = get(`m${message.message_id}`);
  if (message.chat.id !== state.chat || !old) return;
  const held = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
  const fresh = renderMessage(message, context);
  fresh.classList.add("changed");
  const atEnd = isAtEnd();
  old.replaceWith(fresh);
  // Who pressed a button with the keyboard goes on from there.
  if (held >= 0) ([...fresh.querySelectorAll(".key")][0] ?? fresh).focus({ preventScroll: true });
  if (atEnd) toEnd(message);
  if (message.why) selectWhy(message, false);
}

// Showing

function showAll() {
  showFrame();
  showLog();
}

function showFrame() {
  fillRail(state, me(), { person: choosePerson, chat: chooseChat, language: chooseLanguage });
  showHead();
}

function showHead() {
  const shown = chat();
  if (!shown) return;
  const name = isPrivate() ? botText("name") : shown.title;
  get("chat-title").textContent = name;
  get("brand-name").textContent = botText("name");
  document.title = `${name} – preview`;
  get("chat-avatar").replaceWith(Object.assign(avatar(name, isPrivate() ? "bot" : "group"), { id: "chat-avatar" }));
  const status = get("chat-status");
  const typing = state.typing > Date.now();
  status.classList.toggle("typing", typing);
  status.textContent = headline(shown, botNow(), state.people, { open: connection.open, present: state.present, typing });
  if (!typing) get("typing")?.remove();
}

function showLog() {
  state.unread.delete(state.chat);
  state.why = null;
  const messages = [...chat().messages.values()];
  log.replaceChildren(...messages.map((message) => renderMessage(message, context)));
  showIntro();
  showChips();
  const answer = messages.reverse().find((message) => message.why);
  if (answer) selectWhy(answer, false);
  else fillPanel(get("why"), null);
  log.scrollTop = log.scrollHeight;
}

function showIntro() {
  log.querySelector(".intro")?.remove();
  if (chat().messages.size > 0) return;
  log.append(renderIntro(chat(), botNow(), { start: () => start(""), mention: () => mention("") }));
}

function showChips() {
  const asked = [...chat().messages.values()].some((m) => !m.by_bot && !m.text?.startsWith("/start"));
  const chips = isPrivate() && !asked ? state.examples : [];
  get("chips").hidden = chips.length === 0;
  get("chips").replaceChildren(...chips.map((text) => h("button", { type: "button", class: "chip", onclick: () => send("say", { text }) }, text)));
}

function isAtEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 160;
}

function toEnd(message) {
  // A long answer is read from its beginning.
  const element = get(`m${message.message_id}`);
  if (element && element.offsetHeight > log.clientHeight - 40) element.scrollIntoView({ block: "start" });
  else log.scrollTop = log.scrollHeight;
}

function selectWhy(message, open) {
  log.querySelectorAll(".explained").forEach((element) => element.classList.remove("explained"));
  const element = get(`m${message.message_id}`);
  element?.classList.add("explained");
  state.why = message.message_id;
  fillPanel(get("why"), message.why);
  if (open) get("why").focus();
}

function showConnection(isOpen) {
  const banner = get("banner");
  banner.hidden = isOpen;
  banner.textContent = isOpen ? "" : "The preview is not running. Start it again and this page carries on by itself.";
  get("send").disabled = !isOpen;
  showHead();
}

// What the person does

const answeredTaps = new Set(); // the answer can come before the page knows the tap

async function press(message, row, column, button) {
  button.classList.add("waiting");
  const answer = await send("press", { message: message.message_id, row, column });
  if (!answer || answeredTaps.has(answer.tap)) return button.classList.remove("waiting");
  button.dataset.tap = answer.tap;
  setTimeout(() => button.classList.remove("waiting"), TAP_WAITS);
}

function start(parameter) {
  if (!isPrivate()) chooseChat(me().id);
  send("say", { text: parameter ? `/start ${parameter}` : "/start" });
}

function mention(query) {
  composer.put(`@${state.bot.username} ${query}`);
  get("text").focus();
}

function switchInline(query, here) {
  if (here) return mention(query);
  const options = [...state.chats.values()].filter((found) => found.members.includes(me().id) && found.id !== state.chat);
  const dialog = showDialog("Send to which chat?", options.map((found) => h(
    "button",
    { type: "button", class: "pick", onclick: () => { dialog.close(); chooseChat(found.id); mention(query); } },
    found.kind === "private" ? botText("name") : found.title,
  )), "Cancel");
}

function showMessage(id) {
  const element = get(`m${id}`);
  element?.scrollIntoView({ block: "center" });
  element?.focus({ preventScroll: true });
}

function choosePerson(id) {
  open(id, isPrivate() ? id : state.chat);
  composer.clearContext();
  showAll();
}

function chooseChat(id) {
  open(me().id, id);
  composer.clearContext();
  composer.closePopup();
  closeDrawer();
  showAll();
}

async function chooseLanguage(language) {
  await connection.post("language", { person: me().id, language });
  toast(`${me().first_name} now uses ${LANGUAGE_NAMES[language]}`);
}

get("why").tabIndex = -1;
setUpDrawer();
connection.start();
