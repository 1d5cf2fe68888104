/* Blocks without waiting for a new page: added anywhere, moved by mouse, finger or keys, copied, removed, brought back.

   Every button does what it does without a script; here its answer is taken up in place. */
(function () {
  "use strict";

  const page = window.outreach.page;
  const { form, status, known, takeUp } = page;
  const PARTS = new Set(["add", "move", "up", "down", "copy", "remove", "undo", "confirm", "take", "fill", "place"]);

  form.addEventListener("submit", function (event) {
    writeMarks();
    const then = (event.submitter && event.submitter.value) || "save";
    if (event.submitter && event.submitter.formEnctype === "multipart/form-data") {
      form.dataset.leaving = "yes";
      return;
    }
    const verb = then.split(":")[0];
    if (verb === "place") {
      stop(event);
      openAdding(event.submitter);
    } else if (PARTS.has(verb)) {
      stop(event);
      act(then, event.submitter);
    } else {
      form.dataset.leaving = "yes";
    }
  });

  function stop(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  /* The page sends what the person saw of each text, as it is now and not as it was loaded. */
  function writeMarks() {
    form.elements.seen.value = [...known].map(([name, { mark }]) => name + "=" + mark).join(" ");
  }

  /* One thing after the other: what is being saved first, and nothing is saved meanwhile. */
  function act(then, source) {
    page.acting = page.wait().then(() => carryOut(then, source));
    return page.acting;
  }

  async function carryOut(then, source) {
    writeMarks();
    const body = new FormData(form);
    body.set("then", then);
    for (const field of [...form.querySelectorAll("input[type=file]")]) {
      body.delete(field.name);
    }
    const before = new Set([...document.querySelectorAll(".block")].map((block) => block.id));
    let answer;
    try {
      answer = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "text/html" },
        body: new URLSearchParams(body),
      });
    } catch {
      status.textContent = document.body.dataset.offline;
      status.dataset.tone = "bad";
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!fresh.getElementById("editor")) {
      /* The session ended, or the campaign is on its way: the page itself will say so. */
      page.shelve();
      form.dataset.leaving = "yes";
      location.reload();
      return;
    }
    if (answer.ok) {
      listSent(body).forEach(([name, text]) => known.has(name) && (known.get(name).saved = text));
    }
    takeUp(fresh, true);
    page.shelve();
    status.textContent = "";
    settleFocus(then, source, before);
  }

  function listSent(body) {
    return [...body].filter(([name]) => known.has(name));
  }

  /* ---- where one is afterwards ---- */

  function settleFocus(then, source, before) {
    const [verb, target] = then.split(":");
    const blocks = [...document.querySelectorAll(".block")];
    if (verb === "up" || verb === "down" || verb === "move") {
      const block = document.getElementById("bloque-" + target);
      tell(blocks.indexOf(block) + 1, blocks.length);
      if (source && (source.disabled || !source.isConnected)) {
        block.focus({ preventScroll: true });
      } else if (source) {
        source.focus({ preventScroll: true });
      }
      block.scrollIntoView({ block: "nearest" });
    } else if (verb === "add" || verb === "copy" || verb === "undo") {
      const made = blocks.find((block) => !before.has(block.id));
      if (made) {
        enter(made);
      }
    } else if (verb === "remove") {
      const undo = document.querySelector("#removed-notice button");
      if (undo) {
        undo.focus();
      }
    }
    closeAdding();
  }

  function tell(place, count) {
    status.textContent = status.dataset.moved.replace("{place}", place).replace("{count}", count);
  }

  function enter(block) {
    block.scrollIntoView({ block: "center" });
    const language = document.body.dataset.language;
    const side = block.querySelector(".side-" + language) || block;
    const field = side.querySelector("textarea, input:not([type=hidden])");
    if (!field) {
      block.focus({ preventScroll: true });
    } else if (field.matches("[data-prose]")) {
      window.outreach.prose.focus(field);
    } else {
      field.focus({ preventScroll: true });
    }
  }

  /* ---- adding at any place ---- */

  function openAdding(source) {
    const insertion = source.closest(".insertion");
    const adding = document.getElementById("agregar");
    const isOpen = insertion.nextElementSibling === adding;
    closeAdding();
    if (isOpen) {
      return;
    }
    insertion.after(adding);
    adding.querySelectorAll("[data-add]").forEach(function (button) {
      button.value = "add:" + button.dataset.add + ":" + insertion.dataset.after;
    });
    adding.querySelector("[data-add]").focus();
  }

  function closeAdding() {
    const adding = document.getElementById("agregar");
    document.getElementById("bloques").after(adding);
    adding.querySelectorAll("[data-add]").forEach((button) => (button.value = "add:" + button.dataset.add));
  }

  form.addEventListener("keydown", function (event) {
    const adding = event.target.closest("#agregar");
    if (event.key === "Escape" && adding && adding.previousElementSibling.matches(".insertion")) {
      const button = adding.previousElementSibling.querySelector("button");
      closeAdding();
      button.focus();
    }
  });

  /* ---- moving: arrows on the handle, or dragging it ---- */

  form.addEventListener("keydown", function (event) {
    const handle = event.target.closest("[data-handle]");
    const verb = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (handle && verb) {
      event.preventDefault();
      act(verb + ":" + handle.closest(".block").dataset.block, handle);
    }
  });

  form.addEventListener("pointerdown", function (event) {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button) {
      return;
    }
    event.preventDefault();
    const block = handle.closest(".block");
    const drag = { block, target: null, isMoved: false };
    handle.setPointerCapture(event.pointerId);
    const follow = (moved) => dragOver(drag, moved);
    const end = function (ended) {
      handle.removeEventListener("pointermove", follow);
      handle.removeEventListener("pointerup", end);
      handle.removeEventListener("pointercancel", end);
      block.classList.remove("is-dragged");
      mark(null);
      if (drag.isMoved && drag.target && ended.type === "pointerup" && drag.target.dataset.after !== block.dataset.block) {
        act("move:" + block.dataset.block + ":" + drag.target.dataset.after, handle);
      }
      handle.focus({ preventScroll: true });
    };
    handle.addEventListener("pointermove", follow);
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
  });

  function dragOver(drag, event) {
    drag.isMoved = true;
    drag.block.classList.add("is-dragged");
    const edge = 60;
    if (event.clientY < edge || event.clientY > window.innerHeight - edge) {
      window.scrollBy(0, event.clientY < edge ? -12 : 12);
    }
    let nearest = null;
    let least = Infinity;
    for (const insertion of document.querySelectorAll(".insertion")) {
      const box = insertion.getBoundingClientRect();
      const distance = Math.abs(box.top + box.height / 2 - event.clientY);
      if (distance < least) {
        [nearest, least] = [insertion, distance];
      }
    }
    drag.target = nearest;
    mark(nearest);
  }

  function mark(insertion) {
    document.querySelectorAll(".insertion.is-target").forEach((each) => each.classList.remove("is-target"));
    if (insertion) {
      insertion.classList.add("is-target");
    }
  }
})();
