/* Saves what is written a moment after it is written, says when, and who else is there.

   Nothing is lost: what is not saved yet is kept by the browser, and is sent when the connection, or the person, is
   back. Where another person changed the same text meanwhile, both texts are shown and one is chosen. */
(function () {
  "use strict";

  const { form, status, known, listDirty, setValue, takeUp, show, showLost } = window.outreach.page;
  const PAUSE = 1200;
  const BEAT = 15000;
  const RETRY = 5000;
  const IDLE = 10 * 60 * 1000;
  const SHELF = "outreach-unsaved-" + form.dataset.campaign;
  const presence = document.getElementById("presence");
  const held = new Set();
  let timer = 0;
  let running = null;
  let lastBlock = "";

  function say(sentence, tone) {
    if (status.textContent !== sentence) {
      status.textContent = sentence;
    }
    status.dataset.tone = tone || "";
  }

  /* ---- the browser's own copy ---- */

  function shelve() {
    const texts = listDirty().map((field) => [field.name, { text: field.value, mark: known.get(field.name).mark }]);
    try {
      if (texts.length) {
        localStorage.setItem(SHELF, JSON.stringify(Object.fromEntries(texts)));
      } else {
        localStorage.removeItem(SHELF);
      }
    } catch {
      /* A browser that keeps nothing still saves to the server. */
    }
  }

  /* The server keeps a text without spaces at its ends: that alone is no difference. */
  function tidy(text) {
    return text.normalize("NFC").replace(/\s+/g, " ").trim();
  }

  function unshelve() {
    let kept = {};
    try {
      kept = JSON.parse(localStorage.getItem(SHELF) || "{}");
    } catch {
      return;
    }
    const lost = [];
    let count = 0;
    for (const [name, { text, mark }] of Object.entries(kept)) {
      const field = form.elements[name];
      if (!field || !known.has(name)) {
        lost.push(text);
      } else if (tidy(field.value) !== tidy(text)) {
        /* The mark of what the person saw then: had somebody changed it since, both texts will be shown. */
        known.get(name).mark = mark;
        setValue(field, text);
        count += 1;
      }
    }
    if (lost.length) {
      showLost(lost);
    }
    if (count) {
      say(status.dataset.recovered);
      schedule(0);
    } else {
      shelve();
    }
  }

  /* ---- sending ---- */

  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function makeBody(fields) {
    const body = new URLSearchParams();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("edit_count", form.elements.edit_count.value);
    body.set("block", lastBlock);
    fields.forEach((field) => body.append(field.name, field.value));
    body.set("seen", fields.map((field) => field.name + "=" + known.get(field.name).mark).join(" "));
    return body;
  }

  /* One request at a time, so that answers come in the order of what was written. */
  async function save() {
    await window.outreach.page.acting;
    if (running) {
      await running;
    }
    const fields = status.dataset.hold ? [] : listDirty().filter((field) => !held.has(field.name));
    running = send(fields);
    await running;
    running = null;
    const isLeft = listDirty().some((field) => !held.has(field.name));
    if (isLeft && !status.dataset.hold && status.dataset.tone !== "bad") {
      schedule(PAUSE);
    }
  }

  async function send(fields) {
    const sent = new Map(fields.map((field) => [field.name, field.value]));
    let answer;
    try {
      answer = await fetch(form.dataset.autosave, {
        method: "POST",
        headers: { "HX-Request": "true", Accept: "application/json" },
        body: makeBody(fields),
      });
    } catch {
      fail(status.dataset.offline, fields.length);
      return;
    }
    if (answer.status === 401 || answer.status === 400 || answer.status === 403) {
      await renewToken(fields.length);
    } else if (answer.status === 422) {
      say((await answer.json()).refusal, "bad");
    } else if (!answer.ok) {
      fail(document.body.dataset.failure, fields.length);
    } else {
      await settle(await answer.json(), sent);
    }
  }

  function fail(sentence, isWaiting) {
    if (isWaiting || listDirty().length) {
      say(sentence, "bad");
      shelve();
      schedule(RETRY);
    }
  }

  /* The session ended, or its token is old: a new page tells which, and gives the token of the new session. */
  async function renewToken(isWaiting) {
    shelve();
    let page;
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      fail(status.dataset.offline, isWaiting);
      return;
    }
    const fresh = page.getElementById("editor");
    if (fresh) {
      form.elements.csrf_token.value = fresh.elements.csrf_token.value;
      document.querySelector('meta[name="csrf-token"]').content = fresh.elements.csrf_token.value;
      schedule(0);
      return;
    }
    if (status.dataset.tone !== "bad" || !status.querySelector("a")) {
      say(status.dataset.signedOut + " ", "bad");
      const link = document.createElement("a");
      link.href = status.dataset.signInUrl;
      link.target = "_blank";
      link.textContent = status.dataset.signIn;
      status.append(link);
    }
    schedule(RETRY);
  }

  async function settle(answer, sent) {
    const saved = Object.entries(answer.saved);
    for (const [name, text] of sent) {
      const isKept = !(name in answer.conflicts) && !(name in answer.refusals);
      if (isKept && known.has(name)) {
        known.set(name, { saved: text, mark: answer.saved[name] || known.get(name).mark });
        clearNotes(name);
      }
    }
    for (const [name, { text, mark }] of Object.entries(answer.conflicts)) {
      showConflict(name, text, mark);
    }
    for (const [name, sentence] of Object.entries(answer.refusals)) {
      showProblem(name, sentence);
    }
    for (const [place, html] of Object.entries(answer.states || {})) {
      show(place, html);
    }
    presence.textContent = answer.people;
    form.elements.edit_count.value = answer.edit_count;
    if (answer.is_behind) {
      await fetchPage();
    }
    shelve();
    if (Object.keys(answer.conflicts).length) {
      say(status.dataset.conflict, "bad");
    } else if (Object.keys(answer.refusals).length) {
      say(Object.values(answer.refusals)[0], "bad");
    } else if (saved.length) {
      say(answer.saved_at);
    } else if (status.dataset.tone === "bad" && !listDirty().length) {
      say("");
    }
  }

  async function fetchPage() {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      takeUp(new DOMParser().parseFromString(await answer.text(), "text/html"));
      say(status.dataset.updated);
    } catch {
      /* The next beat asks again. */
      form.elements.edit_count.value = "-1";
    }
  }

  /* ---- what a field has to say ---- */

  function notesOf(name) {
    return form.elements[name].closest(".side").querySelector(".field-notes");
  }

  function clearNotes(name) {
    held.delete(name);
    const field = form.elements[name];
    field.classList.remove("is-invalid");
    field.removeAttribute("aria-invalid");
    notesOf(name).replaceChildren();
  }

  function showProblem(name, sentence) {
    held.add(name);
    const field = form.elements[name];
    const note = document.createElement("div");
    note.className = "invalid-feedback d-block";
    note.id = "problem-" + name;
    note.textContent = sentence;
    notesOf(name).replaceChildren(note);
    field.classList.add("is-invalid");
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", note.id);
  }

  function showConflict(name, theirs, mark) {
    held.add(name);
    const field = form.elements[name];
    const box = document.createElement("div");
    box.className = "other-text";
    const title = document.createElement("strong");
    title.textContent = status.dataset.theirs;
    const text = document.createElement("p");
    text.lang = field.closest(".side").lang;
    text.textContent = theirs || "—";
    const choose = function (words, act) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-secondary me-2";
      button.textContent = words;
      button.addEventListener("click", function () {
        act();
        clearNotes(name);
        (field.hidden ? window.outreach.prose.focus : (each) => each.focus())(field);
        schedule(0);
      });
      return button;
    };
    box.append(
      title,
      text,
      choose(status.dataset.keep, () => known.set(name, { saved: null, mark })),
      choose(status.dataset.take, function () {
        known.set(name, { saved: theirs, mark });
        setValue(field, theirs);
      }),
    );
    notesOf(name).replaceChildren(box);
  }

  /* ---- when ---- */

  form.addEventListener("input", function (event) {
    if (!known.has(event.target.name)) {
      return;
    }
    if (held.has(event.target.name) && event.target.classList.contains("is-invalid")) {
      held.delete(event.target.name);
    }
    if (listDirty().length) {
      if (status.dataset.hold) {
        say(status.dataset.hold);
      } else if (status.dataset.tone !== "bad") {
        status.dataset.tone = "waiting";
      }
      shelve();
      schedule(PAUSE);
    }
  });
  form.addEventListener("focusin", function (event) {
    const block = event.target.closest(".block");
    lastBlock = block ? block.dataset.block : "";
  });
  window.addEventListener("online", () => schedule(0));
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") {
      shelve();
      if (listDirty().length) {
        save();
      }
    } else {
      schedule(0);
    }
  });
  window.addEventListener("pagehide", function () {
    shelve();
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    navigator.sendBeacon(form.dataset.leave, body);
  });
  window.addEventListener("beforeunload", function (event) {
    if (listDirty().length && !form.dataset.leaving && status.dataset.tone === "bad") {
      event.preventDefault();
    }
  });
  /* A page that nobody touches stops asking, so that a session ends that nobody uses. */
  let touchedAt = Date.now();
  for (const sign of ["keydown", "pointerdown", "pointermove", "focusin"]) {
    document.addEventListener(sign, () => (touchedAt = Date.now()), { passive: true });
  }
  setInterval(function () {
    if (document.visibilityState === "visible" && !running && Date.now() - touchedAt < IDLE) {
      schedule(0);
    }
  }, BEAT);

  window.outreach.page.wait = async function () {
    clearTimeout(timer);
    if (running) {
      await running;
    }
  };
  window.outreach.page.shelve = shelve;
  /* What the server answered to a whole page: where two people wrote, one chooses here too. */
  function offerChoices() {
    for (const [name, { saved, mark }] of known) {
      const theirs = saved === null && notesOf(name).querySelector(".other-text span");
      const problem = saved === null && notesOf(name).querySelector(".invalid-feedback");
      if (problem) {
        held.add(name);
      } else if (theirs) {
        showConflict(name, theirs.textContent === "—" ? "" : theirs.textContent, mark);
      }
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    offerChoices();
    unshelve();
    schedule(0);
  });
})();
