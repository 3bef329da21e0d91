// What the pages behind the log-in gain with JavaScript; each works without it, if with more clicks.
"use strict";

// A form with data-confirm asks before it is sent.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A strip of links that does not fit begins where its open link can be seen.
document.querySelectorAll("nav [aria-current]").forEach((link) => {
  const strip = link.parentElement;
  if (strip.scrollWidth > strip.clientWidth) strip.scrollLeft = link.offsetLeft - (strip.clientWidth - link.offsetWidth) / 2;
});
