/** Talking with the preview: changes come over a WebSocket, what people do goes by POST. */

import { toast } from "./dom.js";

const FIRST_WAIT = 500; // milliseconds before connecting again; doubles
const LONGEST_WAIT = 4000;

/** `onChange(change)` for each change, `onState(isOpen)` when the connection opens or closes. */
export class Connection {
  constructor({ onChange, onState }) {
    this.onChange = onChange;
    this.onState = onState;
    this.open = false;
    this.wait = FIRST_WAIT;
  }

  start() {
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/control/events`);
    socket.addEventListener("open", () => {
      this.open = true;
      this.wait = FIRST_WAIT;
      this.onState(true);
    });
    socket.addEventListener("message", (event) => this.onChange(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      this.open = false;
      this.onState(false);
      setTimeout(() => this.start(), this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    });
  }

  /** The answer's JSON, null (and a note to the person) when it did not work. */
  post(action, fields) {
    return this.request(`/control/${action}`, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields) });
  }

  upload(person, chat, file) {
    const body = new FormData();
    body.append("file", file, file.name);
    return this.request(`/control/upload/${person}/${chat}`, { body });
  }

  async request(path, options) {
    try {
      const response = await fetch(path, { method: "POST", ...options });
      if (response.ok) return await response.json();
      toast(await response.text());
    } catch {
      toast("That did not get through.");
    }
    return null;
  }
}
