/* Beside the texts of the editor: translations made before are put into their text, personal fields at the cursor. */
(function () {
  "use strict";

  /* One press of «Usar»: the server says what the text holds then, and the page saves it as if it had been typed. */
  document.addEventListener("outreach:put", function (event) {
    const field = document.getElementById(event.detail.field);
    if (!field) {
      return;
    }
    field.value = event.detail.text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const place = document.getElementById("junto-" + event.detail.field);
    if (place) {
      place.replaceChildren();
    }
    const writer = document.getElementById("prose-" + event.detail.field) || field;
    writer.focus();
  });

  function prepare(root) {
    for (const button of root.querySelectorAll(".marker-open[hidden]")) {
      button.closest(".side").querySelector(".field-top").append(button);
      button.removeAttribute("hidden");
    }
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest(".marker-open");
    if (button) {
      openList(button);
    }
  });

  function openList(button) {
    const dialog = document.getElementById("marker-dialog");
    const language = button.dataset.language;
    dialog.querySelectorAll(".marker-default").forEach((each) => (each.hidden = each.dataset.language !== language));
    dialog.returnValue = "";
    dialog.addEventListener("close", () => insert(dialog, button), { once: true });
    dialog.showModal();
  }

  function insert(dialog, button) {
    const chosen = dialog.returnValue && dialog.querySelector('[value="' + CSS.escape(dialog.returnValue) + '"]');
    const field = document.getElementById(button.dataset.markerFor);
    if (!chosen || !field) {
      button.focus();
      return;
    }
    const text = chosen.dataset[button.dataset.language];
    const insertion = new CustomEvent("outreach:insert", { bubbles: true, cancelable: true, detail: { text } });
    field.dispatchEvent(insertion);
  }

  /* The editor saves by itself and shows it in its status line; what stands beside the texts follows then. */
  function followSaves() {
    const form = document.getElementById("editor");
    const status = document.getElementById("save-status");
    if (!form || !status) {
      return;
    }
    let seen = form.elements.edit_count.value;
    new MutationObserver(function () {
      if (form.elements.edit_count.value !== seen) {
        seen = form.elements.edit_count.value;
        prepare(document);
        htmx.trigger(document.body, "outreach:saved");
      }
    }).observe(status, { attributes: true, childList: true, characterData: true, subtree: true });
  }

  document.addEventListener("DOMContentLoaded", function () {
    prepare(document);
    followSaves();
  });
  document.addEventListener("htmx:afterSettle", (event) => prepare(event.target));
})();
