// Sliders beside the numbers of a trial: they appear with JavaScript only and move the number they belong to.
"use strict";

for (const slider of document.querySelectorAll("input[data-moves]")) {
  const number = document.getElementById(slider.dataset.moves);
  slider.hidden = false;
  slider.addEventListener("input", () => {
    number.value = slider.value;
    number.dispatchEvent(new Event("input", { bubbles: true }));
  });
  number.addEventListener("input", () => {
    slider.value = number.value;
  });
}
