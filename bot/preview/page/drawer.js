/** The list at the side on a phone: a drawer over the chat. */

import { icon } from "./dom.js";

const get = (id) => document.getElementById(id);

export function setUpDrawer() {
  get("rail-open").append(icon("menu"));
  get("rail-close").append(icon("close"));
  get("rail-open").addEventListener("click", openDrawer);
  get("rail-close").addEventListener("click", () => {
    closeDrawer();
    get("rail-open").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("rail-shown")) get("rail-close").click();
  });
}

function openDrawer() {
  document.body.classList.add("rail-shown");
  get("rail-open").setAttribute("aria-expanded", "true");
  get("chat").inert = true;
  get("rail-close").focus();
}

export function closeDrawer() {
  document.body.classList.remove("rail-shown");
  get("rail-open").setAttribute("aria-expanded", "false");
  get("chat").inert = false;
}
