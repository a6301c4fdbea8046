/** What the page knows: the bot, people, chats with their messages, and what is open. */

export const state = {
  bot: { id: 0, username: "klyngebot", texts: { "": { name: "Klyngebot", description: "" } } },
  people: [], chats: new Map(), examples: [], languages: [], present: false, explains: false,
  person: Number(sessionStorage.getItem("person")), chat: Number(sessionStorage.getItem("chat")),
  unread: new Set(), why: null, typing: 0,
};

export const me = () => state.people.find((person) => person.id === state.person) ?? state.people[0];
export const chat = () => state.chats.get(state.chat);
export const botText = (kind) => (state.bot.texts[me()?.language_code] ?? state.bot.texts[""])[kind];
export const botNow = () => ({ username: state.bot.username, name: botText("name"), description: botText("description"), language: me().language_code });
export const isPrivate = () => chat()?.kind === "private";

/** Take over what the server says there is; messages only where it sends them. */
export function takeWorld(world) {
  state.bot = world.bot;
  state.people = world.people;
  for (const found of world.chats) {
    const messages = found.messages
      ? new Map(found.messages.map((message) => [message.message_id, message]))
      : state.chats.get(found.id)?.messages ?? new Map();
    state.chats.set(found.id, { ...found, messages });
  }
}

/** Open as somebody, in one of their chats; remembered for this tab. */
export function open(person, chatId) {
  state.person = person;
  state.chat = state.chats.get(chatId)?.members.includes(person) ? chatId : person;
  sessionStorage.setItem("person", state.person);
  sessionStorage.setItem("chat", state.chat);
}
