// Points of a chart tell what they stand for: under the pointer, and one after another by the arrow keys.
"use strict";

document.querySelectorAll("figure[data-read]").forEach((figure) => {
  if (!figure.querySelector("[data-x]")) return;
  const told = document.createElement("output");
  told.className = "reading";
  told.textContent = "指向图中各点，或按方向键，逐点读数";
  figure.append(told);
  figure.tabIndex = 0;
  let shown = null;
  // A chart may be drawn in two widths, of which one is hidden.
  const points = () => [...figure.querySelectorAll("[data-x]")].filter((point) => point.getClientRects().length);
  const show = (point) => {
    shown?.classList.remove("read");
    shown = point;
    shown.classList.add("read");
    told.textContent = shown.dataset.x;
  };
  figure.addEventListener("pointermove", (event) => {
    const away = (point) => {
      const box = point.getBoundingClientRect();
      const [x, y] = [event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2];
      return figure.dataset.row ? Math.hypot(x, y * 2) : Math.hypot(x, y / 4);
    };
    const all = points().map((point) => [away(point), point]);
    if (all.length) show(all.reduce((best, each) => (each[0] < best[0] ? each : best))[1]);
  });
  figure.addEventListener("keydown", (event) => {
    const all = points();
    const row = Number(figure.dataset.row || 0);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row, Home: -all.length, End: all.length }[event.key];
    if (!step || event.target !== figure || !all.length) return;
    event.preventDefault();
    const at = all.indexOf(shown);
    show(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))]);
  });
});
