/* The few behaviours that pages share. Nothing here is needed to read a page or to send a form. */
(function () {
  "use strict";

  /* Every change that htmx asks for carries the form token of its page. */
  document.addEventListener("htmx:configRequest", function (event) {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token && event.detail.verb !== "get") {
      event.detail.headers["X-CSRFToken"] = token.content;
    }
  });

  /* A part that was refused says why, at the top of the page. */
  document.addEventListener("htmx:responseError", function (event) {
    const answer = event.detail.xhr;
    const isSentence = (answer.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    say(isSentence ? answer.responseText : document.body.dataset.failure);
  });
  document.addEventListener("htmx:sendError", function () {
    say(document.body.dataset.offline);
  });

  function say(sentence) {
    const place = document.getElementById("messages");
    const alert = document.createElement("div");
    alert.className = "alert alert-danger";
    alert.setAttribute("role", "alert");
    alert.textContent = sentence;
    place.replaceChildren(alert);
    place.scrollIntoView({ block: "nearest" });
  }

  /* The list of errors of a form gets the focus, on a new page and on a new part of one. */
  function focusErrors(root) {
    const summary = root.querySelector("[data-focus]");
    if (summary) {
      summary.focus();
    }
  }
  document.addEventListener("DOMContentLoaded", function () {
    focusErrors(document);
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    focusErrors(event.target);
  });

  /* A form is sent once, however often its button is pressed. */
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.dataset.sent && !event.defaultPrevented) {
      event.preventDefault();
    } else if (form.method === "post" && !form.hasAttribute("hx-post") && !form.target) {
      form.dataset.sent = "yes";
    }
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
    });
  });
})();
