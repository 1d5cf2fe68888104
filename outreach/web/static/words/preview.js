/* The preview beside the editor: opened by its button, made anew after each save. */
(function () {
  "use strict";

  /* A message as wide as a computer's window is made smaller where there is less room. */
  function fit() {
    document.querySelectorAll(".preview-stage").forEach(function (stage) {
      const frame = stage.firstElementChild;
      frame.style.transform = frame.style.marginBottom = frame.style.marginRight = "";
      const share = Math.min(1, stage.clientWidth / frame.offsetWidth);
      stage.classList.toggle("is-scaled", share < 1);
      if (share < 1) {
        frame.style.transform = "scale(" + share + ")";
        frame.style.marginBottom = (share - 1) * frame.offsetHeight + "px";
        frame.style.marginRight = (share - 1) * frame.offsetWidth + "px";
      }
    });
  }
  document.addEventListener("htmx:afterSettle", fit);
  window.addEventListener("resize", fit);

  document.addEventListener("DOMContentLoaded", function () {
    fit();
    const toggle = document.getElementById("preview-toggle");
    const panel = document.getElementById("preview-panel");
    if (!toggle || !panel) {
      return;
    }
    toggle.hidden = false;
    toggle.addEventListener("click", () => show(true));
    panel.querySelector("[data-close]").addEventListener("click", () => show(false));
    panel.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        show(false);
      }
    });

    function show(isOpen) {
      panel.hidden = !isOpen;
      toggle.hidden = isOpen;
      toggle.setAttribute("aria-expanded", String(isOpen));
      document.documentElement.classList.toggle("has-preview", isOpen);
      if (isOpen) {
        htmx.trigger(panel.querySelector("[data-load]") || panel.querySelector("#preview-form"), "preview:open");
        panel.querySelector("[data-close]").focus();
      } else {
        toggle.focus();
      }
    }
  });
})();
