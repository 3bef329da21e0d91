"use strict";
// Sliders tell their value as they move; the weights go back without asking anybody.
document.addEventListener("input", (event) => {
  const output = event.target.type === "range" && event.target.parentElement.querySelector("output");
  if (output) output.value = event.target.value;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-restore]");
  if (!button) return;
  event.preventDefault();
  for (const range of button.form.querySelectorAll("[data-suggested]")) {
    range.value = range.dataset.suggested;
    range.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
// Only two people can be beside each other.
document.addEventListener("change", (event) => {
  if (event.target.name !== "pair") return;
  const ticked = document.querySelectorAll("[name=pair]:checked").length;
  for (const box of document.querySelectorAll("[name=pair]:not(:checked)")) box.disabled = ticked >= 2;
});
document.addEventListener("submit", (event) => {
  if (event.target.id === "asked") for (const busy of event.target.querySelectorAll(".busy")) busy.classList.add("htmx-request");
});
