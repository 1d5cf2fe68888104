/* The editor as one page: which texts are not saved, taking up a newer page of the server, one language on a phone. */
(function () {
  "use strict";

  const form = document.getElementById("editor");
  const status = document.getElementById("save-status");
  /* name -> {saved: the text as the server has it, mark: how the server knows it} */
  const known = new Map();

  function listFields(root) {
    return [...root.querySelectorAll("[data-mark]")];
  }

  /* What a field held when the server wrote it; a list of choices keeps that in its options. */
  function readDefault(field) {
    const options = [...(field.options || [])];
    const chosen = options.find((option) => option.defaultSelected) || options[0];
    return chosen ? chosen.value : field.defaultValue;
  }

  function learn(root) {
    for (const field of listFields(root)) {
      known.set(field.name, { saved: readDefault(field), mark: field.dataset.mark });
    }
  }

  /* A field that shows a text which was refused, or which somebody else wrote over, is not saved. */
  function isDirty(field) {
    return known.has(field.name) && field.value !== known.get(field.name).saved;
  }

  function listDirty() {
    return listFields(form).filter(isDirty);
  }

  function setValue(field, value) {
    if (field.value !== value) {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function announce(sentence) {
    status.textContent = sentence;
    status.dataset.tone = "";
  }

  /* Take up what a newer page of the server says, and keep what is written here and not saved yet. */
  function takeUp(page, isOwn) {
    const fresh = page.getElementById("editor");
    if (!fresh) {
      return false;
    }
    form.elements.edit_count.value = fresh.elements.edit_count.value;
    replace("editor-notices", page);
    if (isOwn) {
      status.dataset.hold = page.getElementById("save-status").dataset.hold;
      replace("removed-notice", page);
    }
    replace("removed-blocks", page);
    replace("agregar", page, true);
    replace("across", page);
    for (const part of fresh.querySelectorAll("[data-states]")) {
      show(part.dataset.states, part.innerHTML);
    }
    const badges = page.querySelector('[data-states="all"]');
    show("all", badges ? badges.innerHTML : "");
    orderBlocks(fresh);
    for (const field of listFields(fresh)) {
      takeUpField(field);
    }
    window.outreach.prose.tidy();
    return true;
  }

  function takeUpField(fresh) {
    const field = document.getElementById(fresh.id);
    if (!field) {
      return;
    }
    const here = known.get(field.name);
    const wasDirty = isDirty(field);
    const isNews = !here || here.mark !== fresh.dataset.mark;
    if (isNews && !wasDirty) {
      known.set(field.name, { saved: readDefault(fresh), mark: fresh.dataset.mark });
      setValue(field, readDefault(fresh));
    }
    const top = field.closest(".side").querySelector(".field-top");
    const freshTop = fresh.closest(".side").querySelector(".field-top");
    const button = top.querySelector(".btn-take");
    const freshButton = freshTop.querySelector(".btn-take");
    if (button && !freshButton) {
      button.remove();
    } else if (!button && freshButton) {
      top.append(document.importNode(freshButton, true));
    }
  }

  function replace(id, page, isWhole) {
    const [here, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (here && fresh && here.innerHTML !== fresh.innerHTML) {
      const made = document.importNode(fresh, true);
      if (isWhole) {
        here.replaceWith(made);
      } else {
        here.replaceChildren(...made.childNodes);
      }
    }
  }

  function show(place, html) {
    const here = document.querySelector('[data-states="' + place + '"]');
    if (here && here.innerHTML.trim() !== html.trim()) {
      /* The server's own badges, every text in them escaped by its template. */
      here.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    }
  }

  /* Blocks come, go and change places one by one: what stays is not touched, so that nobody loses their cursor. */
  function orderBlocks(fresh) {
    const list = document.getElementById("bloques");
    const focused = document.activeElement;
    const wanted = [...fresh.querySelectorAll("#bloques > .block, #bloques > .insertion")];
    const keyOf = (part) => (part.dataset.block ? "b" + part.dataset.block : "i" + part.dataset.after);
    const here = new Map([...list.querySelectorAll(":scope > .block, :scope > .insertion")].map((part) => [keyOf(part), part]));
    for (const [key, part] of here) {
      if (!wanted.some((each) => keyOf(each) === key)) {
        rescue(part);
        part.remove();
      }
    }
    let previous = document.getElementById("removed-notice");
    for (const part of wanted) {
      let placed = here.get(keyOf(part));
      if (!placed) {
        placed = document.importNode(part, true);
        previous.after(placed);
        learn(placed);
        prepareBlock(placed);
      } else {
        if (previous.nextElementSibling !== placed) {
          previous.after(placed);
        }
        renew(placed, part);
      }
      previous = placed;
    }
    if (focused && focused !== document.activeElement && focused.isConnected && !focused.disabled) {
      focused.focus({ preventScroll: true });
    }
  }

  function renew(placed, part) {
    if (!part.dataset.block) {
      placed.innerHTML === part.innerHTML || placed.replaceChildren(...document.importNode(part, true).childNodes);
      return;
    }
    const title = placed.querySelector(".block-top h2");
    title.textContent = part.querySelector(".block-top h2").textContent;
    placed.querySelector("[data-handle]").setAttribute("aria-label", part.querySelector("[data-handle]").getAttribute("aria-label"));
    const tools = [...placed.querySelectorAll(".block-tools button")];
    [...part.querySelectorAll(".block-tools button")].forEach(function (button, place) {
      tools[place].disabled = button.disabled;
      tools[place].replaceChildren(...document.importNode(button, true).childNodes);
    });
  }

  /* What somebody was writing in a block that another person removed is shown, to be copied. */
  function rescue(part) {
    const texts = listFields(part).filter(isDirty).map((field) => field.value).filter((text) => text.trim());
    listFields(part).forEach((field) => known.delete(field.name));
    if (texts.length) {
      showLost(texts);
    }
  }

  function showLost(texts) {
    const box = document.createElement("div");
    box.className = "alert alert-warning";
    box.setAttribute("role", "alert");
    const sentence = document.createElement("p");
    sentence.textContent = status.dataset.gone;
    box.append(sentence);
    for (const text of texts) {
      const kept = document.createElement("pre");
      kept.textContent = text;
      box.append(kept);
    }
    document.getElementById("messages").append(box);
  }

  function prepareBlock(part) {
    part.querySelectorAll("[data-handle]").forEach((handle) => (handle.hidden = false));
    window.outreach.prose.prepare(part);
    if (window.htmx) {
      window.htmx.process(part);
    }
  }

  /* ---- one language at a time on a narrow screen ---- */

  function showLanguage(language) {
    document.body.dataset.language = language;
    for (const button of document.querySelectorAll("[data-show]")) {
      button.setAttribute("aria-pressed", String(button.dataset.show === language));
    }
  }

  function prepareLanguages() {
    const tabs = document.querySelector(".language-tabs");
    if (!tabs) {
      return;
    }
    tabs.hidden = false;
    tabs.addEventListener("click", function (event) {
      const button = event.target.closest("[data-show]");
      if (button) {
        showLanguage(button.dataset.show);
      }
    });
    showLanguage("es");
    followAddress();
    window.addEventListener("hashchange", followAddress);
  }

  /* A link to a field, as the review page has them, opens its language and puts the cursor there. */
  function followAddress() {
    const field = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (field && field.dataset.mark) {
      showLanguage(field.closest(".side").lang);
      if (field.matches("[data-prose]")) {
        window.outreach.prose.focus(field);
      } else {
        field.focus();
      }
    }
  }

  learn(form);
  /* What the server could not save comes back in its field, and counts as not saved. */
  for (const field of listFields(form)) {
    if (field.closest(".side").querySelector(".other-text, .invalid-feedback")) {
      known.set(field.name, { saved: null, mark: field.dataset.mark });
    }
  }
  document.querySelectorAll("[data-handle]").forEach((handle) => (handle.hidden = false));
  window.outreach = window.outreach || {};
  window.outreach.page = { form, status, known, listDirty, isDirty, setValue, announce, takeUp, show, showLost };
  document.addEventListener("DOMContentLoaded", prepareLanguages);
})();
