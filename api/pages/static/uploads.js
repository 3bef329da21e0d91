"use strict";
/* Files can be dropped on the form, and how far they were sent is shown; without this file the form works as it is. */
(() => {
  const form = document.getElementById("drop");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const box = form.querySelector(".sending");
  const bar = box.querySelector("progress");
  const told = box.querySelector("[role=status]");
  const button = form.querySelector("button");
  form.classList.add("scripted");

  const hold = (event) => { event.preventDefault(); form.classList.add("over"); };
  form.addEventListener("dragenter", hold);
  form.addEventListener("dragover", hold);
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.focus();
    }
  });

  const ended = (text) => { told.textContent = text; button.disabled = false; };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    box.hidden = false;
    button.disabled = true;
    told.textContent = "正在上传";
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      const share = Math.round((100 * step.loaded) / step.total);
      bar.value = share;
      told.textContent = share < 100 ? `已上传 ${share}%` : "已上传，正在试读，稍候";
      if (share === 100) bar.removeAttribute("value");
    });
    request.addEventListener("load", () => {
      if (request.status < 400) { window.location.assign(request.responseURL); return; }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const main = page.querySelector("main");
      if (!main) { ended("没有上传成功，请重试"); return; }
      document.querySelector("main").replaceWith(document.adoptNode(main));
      const problem = document.querySelector("main .problem");
      if (problem) { problem.tabIndex = -1; problem.focus(); }
    });
    request.addEventListener("error", () => ended("没有上传成功：网络中断或文件过大，请重试"));
    request.send(new FormData(form));
  });
})();
