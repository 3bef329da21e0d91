// Working through a queue by keyboard: move, press what a row offers, undo. Without it the buttons do the same.
"use strict";

(() => {
  const list = document.querySelector(".cases");
  if (!list) return;
  const keys = document.getElementById("keys");
  const done = [];
  let at = 0;
  document.body.classList.add("keyed");

  const cases = () => [...list.querySelectorAll(":scope > .case")];

  function go(index, focus = true) {
    const all = cases();
    if (!all.length) return;
    at = Math.max(0, Math.min(index, all.length - 1));
    all.forEach((each, i) => each.classList.toggle("current", i === at));
    if (!focus) return;
    all[at].focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
  }

  function next(from) {
    const open = cases().findIndex((each, i) => i > from && !each.classList.contains("decided"));
    go(open < 0 ? from : open);
  }

  function undo() {
    const rows = cases().filter((each) => each.classList.contains("decided"));
    const row = done.filter((each) => rows.includes(each)).pop();
    const button = row ? row.querySelector("[data-undo]") : document.querySelector("[data-undo-last]");
    if (row) go(cases().indexOf(row));
    if (button) button.click();
  }

  // What was skipped is remembered until this log-in ends, and stands at the end of its page until then.
  const memory = `skipped ${document.querySelector("input[name=csrf_token]")?.value.slice(0, 16)}`;
  const named = (row) => row.getAttribute("aria-labelledby");
  const skipped = new Set(JSON.parse(sessionStorage.getItem(memory) || "[]"));
  function mark(row, on) {
    row.classList.toggle("skipped", on);
    row.querySelector(".top .later")?.remove();
    if (on) row.querySelector(".top")?.insertAdjacentHTML("beforeend", '<span class="tag later">已跳过</span>');
  }
  function skip() {
    const row = cases()[at];
    if (!row || row.classList.contains("decided")) return;
    const on = !skipped.has(named(row));
    if (on) skipped.add(named(row)); else skipped.delete(named(row));
    sessionStorage.setItem(memory, JSON.stringify([...skipped]));
    mark(row, on);
    if (on) next(at);
  }
  const moves = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    s: skip,
    u: undo,
    "?": () => keys?.showModal(),
    "/": () => cases()[at]?.querySelector("input[type=search]")?.focus(),
  };

  function within(event, field) {
    const row = field.closest(".case");
    const picks = row ? [...row.querySelectorAll(".terms button")] : [];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const target = event.key === "Escape" ? row : step && picks[picks.indexOf(field) + step];
    target?.focus();
    return Boolean(target);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keys?.open) return;
    const field = event.target;
    if (field.matches("input, textarea, select, .terms button")) {
      if (within(event, field)) event.preventDefault();
      return;
    }
    if (field.closest(".long") && event.key.startsWith("Arrow")) return;
    const offered = cases()[at]?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!offered && !moves[event.key]) return;
    event.preventDefault();
    if (offered?.matches("input")) offered.select();
    else if (offered) offered.click();
    else moves[event.key]();
  });

  list.addEventListener("focusin", (event) => {
    const row = event.target.closest(".case");
    if (row) go(cases().indexOf(row), false);
  });

  document.body.addEventListener("htmx:afterSettle", (event) => {
    const row = event.detail.elt;
    if (!row.classList?.contains("case") || row.parentElement !== list) return;
    const index = cases().indexOf(row);
    if (row.classList.contains("decided")) { done.push(row); next(index); } else go(index);
  });

  document.querySelectorAll("[data-open-keys]").forEach((each) => {
    each.hidden = false;
    each.addEventListener("click", () => keys?.showModal());
  });
  for (const row of cases().filter((each) => skipped.has(named(each)))) {
    mark(row, true);
    list.append(row);
  }
  go(0, false);
})();
