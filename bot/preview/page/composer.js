/** Writing: sending, editing, replying, the commands menu, inline results, and other things to send. */

import { h, icon } from "./dom.js";
import { inShort } from "./messages.js";

const MEDIA = [
  ["photo", "Photo", "photo"],
  ["voice", "Voice message", "voice"],
  ["sticker", "Sticker", "sticker"],
  ["location", "Location", "location"],
  ["contact", "Contact", "contact"],
];
const INLINE_DELAY = 250; // milliseconds of no typing before an inline query goes out

const get = (id) => document.getElementById(id);

/**
 * `view` gives what is shown now: chat(), me(), bot(), commands(), lastOwn(); and send(action, fields),
 * upload(file), offline().
 */
export class Composer {
  constructor(view) {
    this.view = view;
    this.text = get("text");
    this.popup = get("popup");
    this.options = []; // {label, detail, choose()} of the open popup
    this.active = -1;
    this.replying = null;
    this.editing = null;
    this.asked = 0;
    get("attach").append(icon("attach"));
    get("send").append(icon("send"));
    get("composer").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.text.addEventListener("input", () => this.onInput());
    this.text.addEventListener("keydown", (event) => this.onKey(event));
    get("commands").addEventListener("click", () => this.toggleCommands());
    get("attach").addEventListener("click", () => this.toggleMedia());
    get("attach").addEventListener("keydown", (event) => this.onKey(event));
    get("commands").addEventListener("keydown", (event) => this.onKey(event));
    get("file").addEventListener("change", (event) => {
      if (event.target.files[0]) this.view.upload(event.target.files[0]);
      event.target.value = "";
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".below")) this.closePopup();
    });
  }

  async submit() {
    const text = this.text.value.trim();
    if (!text || this.view.offline()) return;
    const target = this.editing
      ? ["edit", { message: this.editing.message_id, text }]
      : ["say", { text, reply_to: this.replying?.message_id ?? null }];
    if (await this.view.send(...target)) {
      this.put("");
      this.clearContext();
    }
  }

  put(text) {
    this.text.value = text;
    this.onInput();
  }

  onInput() {
    this.text.style.blockSize = "auto";
    this.text.style.blockSize = `${Math.min(this.text.scrollHeight, 180)}px`;
    get("send").classList.toggle("ready", this.text.value.trim() !== "");
    const written = this.text.value;
    clearTimeout(this.timer);
    this.asked += 1;
    const inline = written.match(new RegExp(`^@${this.view.bot().username}\\s+(.*)$`, "is"));
    if (inline) this.timer = setTimeout(() => this.askInline(inline[1]), INLINE_DELAY);
    else if (/^\/\w*$/.test(written)) this.showCommands(written.slice(1));
    else this.closePopup();
  }

  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step && this.options.length > 0) {
      event.preventDefault();
      this.highlight((this.active + step + this.options.length + (this.active < 0 && step < 0 ? 1 : 0)) % this.options.length);
    } else if (event.key === "ArrowUp" && !this.text.value && event.target === this.text) {
      const own = this.view.lastOwn();
      if (own) { event.preventDefault(); this.edit(own); }
    } else if ((event.key === "Enter" || event.key === "Tab") && this.active >= 0 && !event.shiftKey) {
      event.preventDefault();
      this.options[this.active].choose();
    } else if (event.key === "Tab" && this.options[0]?.complete && !event.shiftKey) {
      event.preventDefault();
      this.put(this.options[0].complete);
    } else if (event.key === "Enter" && !event.shiftKey && event.target === this.text) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") {
      if (!this.popup.hidden) this.closePopup();
      else this.clearContext();
    }
  }

  // Replying and editing

  reply(message) {
    this.clearContext();
    this.replying = message;
    this.showContext("reply", `Reply to ${message.from.first_name}`, inShort(message));
  }

  edit(message) {
    this.clearContext();
    this.editing = message;
    this.put(message.text);
    this.showContext("edit", "Edit your message", inShort(message));
  }

  showContext(name, title, detail) {
    const cancel = h("button", { type: "button", class: "icon-button", "aria-label": "Cancel", onclick: () => this.clearContext() }, icon("close"));
    get("context").replaceChildren(icon(name), h("p", {}, h("b", {}, title), h("span", {}, detail)), cancel);
    get("context").hidden = false;
    this.text.focus();
  }

  clearContext() {
    if (this.editing) this.put("");
    this.replying = this.editing = null;
    get("context").hidden = true;
  }

  // The popup: commands, inline results, other things to send

  toggleCommands() {
    if (this.shown === "commands") return this.closePopup();
    if (!/^\/\w*$/.test(this.text.value)) this.text.value = this.text.value || "/";
    this.text.focus();
    this.showCommands("");
    if (this.options.length > 0) this.highlight(0);
  }

  showCommands(prefix) {
    const found = this.view.commands().filter((command) => command.command.startsWith(prefix.toLowerCase()));
    this.open("commands", "Commands", found.map((command) => ({
      label: `/${command.command}`,
      detail: command.description,
      lang: this.view.me().language_code,
      complete: `/${command.command}`,
      choose: () => { this.put(""); this.closePopup(); this.view.send("say", { text: `/${command.command}` }); },
    })), prefix ? null : "There are no commands here.");
  }

  toggleMedia() {
    if (this.shown === "media") return this.closePopup();
    const options = MEDIA.map(([kind, label, sign]) => ({
      label, sign, choose: () => { this.closePopup(); this.text.focus(); this.view.send("media", { kind }); },
    }));
    options.push({ label: "File from this computer…", sign: "file", choose: () => { this.closePopup(); get("file").click(); } });
    this.open("media", "Send something else", options, null);
    this.highlight(0);
  }

  async askInline(query, offset = "", before = []) {
    const asked = ++this.asked;
    const answer = await this.view.send("inline", { query, offset });
    if (!answer || asked !== this.asked) return;
    const results = [...before, ...answer.results.map((result) => ({
      label: result.title ?? [result.first_name, result.last_name].filter(Boolean).join(" "),
      detail: result.description ?? result.phone_number ?? "",
      choose: () => { this.put(""); this.view.send("choose", { question: answer.id, result: result.id }); },
    }))];
    const options = [...results];
    if (answer.next_offset) {
      options.push({ label: "More results", detail: "", choose: () => this.askInline(query, answer.next_offset, results) });
    }
    if (answer.button?.start_parameter) {
      options.unshift({ label: answer.button.text, detail: "", choose: () => { this.put(""); this.view.start(answer.button.start_parameter); } });
    }
    this.open("inline", "Results", options, query ? "Nothing found. Enter sends what you wrote." : null);
  }

  open(kind, title, options, nothing) {
    this.closePopup();
    if (options.length === 0 && !nothing) return;
    this.shown = kind;
    this.options = options;
    const rows = options.map((option, index) => h(
      "div",
      { class: "option", role: "option", id: `option${index}`, "aria-selected": "false", lang: option.lang, onclick: option.choose, onpointermove: () => this.highlight(index) },
      option.sign && icon(option.sign), h("b", {}, option.label), option.detail && h("span", {}, option.detail),
    ));
    this.popup.replaceChildren(
      h("p", { class: "popup-title" }, title),
      options.length > 0 ? h("div", { role: "listbox", "aria-label": title, id: "options" }, rows) : h("p", { class: "nothing" }, nothing),
    );
    this.popup.hidden = false;
    this.text.setAttribute("aria-expanded", "true");
    get("commands").setAttribute("aria-expanded", String(kind === "commands"));
    get("attach").setAttribute("aria-expanded", String(kind === "media"));
    if (kind === "media") this.text.focus();
  }

  highlight(index) {
    this.popup.querySelectorAll(".option").forEach((row, at) => {
      row.setAttribute("aria-selected", String(at === index));
      if (at === index) row.scrollIntoView({ block: "nearest" });
    });
    this.active = index;
    this.text.setAttribute("aria-activedescendant", `option${index}`);
  }

  closePopup() {
    this.popup.hidden = true;
    this.shown = null;
    this.options = [];
    this.active = -1;
    this.text.setAttribute("aria-expanded", "false");
    this.text.removeAttribute("aria-activedescendant");
    for (const id of ["commands", "attach"]) get(id).setAttribute("aria-expanded", "false");
  }
}
