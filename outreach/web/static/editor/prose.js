/* Prose fields with bold, italic, links and lists. The textarea stays: it holds what is saved, and works alone.

   Whoever changes a field from outside sets the textarea's value and sends it an `input` event. Whoever wants words put
   where the person is writing sends the field, prose or not, a `outreach:insert` event with {text} as its detail. */
(function () {
  "use strict";

  const { Editor, Extension, Mark } = TipTap;
  const { read, write, clean, SLOTS } = window.outreach.prose;
  const editors = new Map();

  /* A link is shown, and never followed while one writes; its address is kept whatever it says, for the checks name it. */
  const Link = Mark.create({
    name: "link",
    priority: 1000,
    inclusive: false,
    addAttributes: () => ({ href: { default: "" } }),
    parseHTML: () => [{ tag: "a[href]", getAttrs: (a) => ({ href: a.getAttribute("href") }) }],
    renderHTML: ({ mark }) => ["a", /^(https|mailto):/i.test(mark.attrs.href) ? { href: mark.attrs.href } : { class: "bad-link" }, 0],
    addKeyboardShortcuts() {
      return { "Mod-k": () => openLinkDialog(this.editor) };
    },
  });

  /* Placeholders stand out; they are plain text all the same. */
  const Slots = Extension.create({
    name: "slots",
    addProseMirrorPlugins: () => [
      new TipTap.Plugin({
        props: {
          decorations(state) {
            const marks = [];
            state.doc.descendants(function (node, position) {
              if (!node.isTextblock) {
                return;
              }
              const words = node.textBetween(0, node.content.size, "\n", "\n");
              for (const found of words.matchAll(SLOTS)) {
                const from = position + 1 + found.index;
                marks.push(TipTap.Decoration.inline(from, from + found[0].length, { class: "slot" }));
              }
            });
            return TipTap.DecorationSet.create(state.doc, marks);
          },
        },
      }),
    ],
  });

  const tight = { tight: { default: true, rendered: false } };
  const BulletList = TipTap.BulletList.extend({ addAttributes: () => tight });
  const OrderedList = TipTap.OrderedList.extend({ addAttributes: () => ({ start: { default: 1 }, ...tight }) });
  /* Tab goes to the next field, as everywhere else; brackets move an item in and out. */
  const ListItem = TipTap.ListItem.extend({
    addKeyboardShortcuts() {
      return {
        Enter: () => this.editor.commands.splitListItem(this.name),
        "Mod-]": () => this.editor.commands.sinkListItem(this.name),
        "Mod-[": () => this.editor.commands.liftListItem(this.name),
      };
    },
  });

  const EXTENSIONS = [
    TipTap.Document, TipTap.Paragraph, TipTap.Text, TipTap.Bold, TipTap.Italic, TipTap.HardBreak, TipTap.UndoRedo,
    TipTap.ListKeymap, BulletList, OrderedList, ListItem, Link, Slots,
  ];

  const COMMANDS = {
    bold: (chain) => chain.toggleBold(),
    italic: (chain) => chain.toggleItalic(),
    bulletList: (chain) => chain.toggleBulletList(),
    orderedList: (chain) => chain.toggleOrderedList(),
    plain: (chain) => chain.clearNodes().unsetAllMarks(),
  };

  function mount(textarea) {
    if (editors.has(textarea) || !textarea.isConnected) {
      return;
    }
    const hadFocus = document.activeElement === textarea;
    const label = document.getElementById("label-" + textarea.id);
    const frame = document.createElement("div");
    frame.className = "prose-frame";
    const toolbar = document.getElementById("prose-toolbar").content.firstElementChild.cloneNode(true);
    frame.append(toolbar);
    textarea.after(frame);
    const editor = new Editor({
      element: frame,
      injectCSS: false,
      extensions: EXTENSIONS,
      content: read(textarea.value),
      editorProps: {
        attributes: {
          class: "form-control prose",
          role: "textbox",
          "aria-multiline": "true",
          "aria-labelledby": "label-" + textarea.id,
          "aria-describedby": textarea.getAttribute("aria-describedby") || "",
          spellcheck: "true",
        },
        transformPastedHTML: (html) => (/data-pm-slice/.test(html) ? html : clean(html)),
      },
      onUpdate: () => store(textarea, editor),
      onTransaction: () => showState(toolbar, editor),
    });
    editors.set(textarea, { editor, written: textarea.value });
    textarea.hidden = true;
    prepareToolbar(toolbar, editor, textarea);
    if (label) {
      label.removeAttribute("for");
      label.addEventListener("click", () => editor.commands.focus());
    }
    if (hadFocus) {
      editor.commands.focus("end");
    }
  }

  function store(textarea, editor) {
    const written = write(editor.getJSON());
    editors.get(textarea).written = written;
    textarea.value = written;
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* ---- the toolbar: one stop of the Tab key, arrows inside ---- */

  function prepareToolbar(toolbar, editor, textarea) {
    const buttons = [...toolbar.querySelectorAll("button")];
    toolbar.setAttribute("aria-controls", (editor.view.dom.id = "prose-" + textarea.id));
    buttons.forEach((button, place) => (button.tabIndex = place ? -1 : 0));
    toolbar.addEventListener("keydown", function (event) {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        event.preventDefault();
        const here = buttons.indexOf(document.activeElement);
        const next = buttons[(here + step + buttons.length) % buttons.length];
        buttons.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
        next.focus();
      } else if (event.key === "Escape") {
        editor.commands.focus();
      }
    });
    /* A press of the mouse leaves the selection where it is. */
    toolbar.addEventListener("mousedown", (event) => event.preventDefault());
    toolbar.addEventListener("click", function (event) {
      const button = event.target.closest("button");
      if (button && button.dataset.command === "link") {
        openLinkDialog(editor);
      } else if (button) {
        COMMANDS[button.dataset.command](editor.chain().focus()).run();
      }
    });
    showState(toolbar, editor);
  }

  function showState(toolbar, editor) {
    for (const button of toolbar.querySelectorAll("button[aria-pressed]")) {
      button.setAttribute("aria-pressed", String(editor.isActive(button.dataset.command)));
    }
  }

  /* ---- links ---- */

  function openLinkDialog(editor) {
    const dialog = document.getElementById("link-dialog");
    const form = dialog.querySelector("form");
    const isThere = editor.isActive("link");
    if (isThere) {
      editor.commands.extendMarkRange("link");
    }
    const { from, to } = editor.state.selection;
    form.reset();
    form.elements.address.value = isThere ? editor.getAttributes("link").href : "";
    form.elements.words.value = editor.state.doc.textBetween(from, to, " ");
    form.querySelector("[value=unlink]").hidden = !isThere;
    /* At once, not when the dialog says that it is closed: what is typed in between would go somewhere else. */
    let isOver = false;
    const end = function (choice) {
      if (!isOver) {
        isOver = true;
        dialog.close();
        /* The browser gives the text its keyboard back, but with the caret at its beginning. */
        editor.view.focus();
        finishLink(editor, choice, form.elements.address.value, form.elements.words.value, { from, to });
      }
    };
    form.onsubmit = (event) => end(event.submitter.value);
    dialog.oncancel = () => end("cancel");
    dialog.onclose = () => end("cancel");
    dialog.showModal();
    form.elements[form.elements.words.value ? "address" : "words"].focus();
    return true;
  }

  function finishLink(editor, choice, typedAddress, typedWords, { from, to }) {
    const address = complete(typedAddress.trim());
    const words = typedWords.trim() || address;
    const chain = editor.chain().focus().setTextSelection({ from, to });
    if (choice === "unlink") {
      chain.unsetMark("link").run();
    } else if (choice === "link" && address) {
      if (words === editor.state.doc.textBetween(from, to, " ").trim() && from !== to) {
        chain.setMark("link", { href: address }).run();
      } else {
        chain.insertContent({ type: "text", text: words, marks: [{ type: "link", attrs: { href: address } }] }).run();
      }
    } else {
      chain.run();
    }
  }

  function complete(address) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(address) || !address) {
      return address;
    }
    return /^[^\s@/]+@[^\s@/]+$/.test(address) ? "mailto:" + address : "https://" + address;
  }

  /* ---- from outside ---- */

  document.addEventListener("input", function (event) {
    const kept = editors.get(event.target);
    if (kept && kept.written !== event.target.value) {
      kept.written = event.target.value;
      kept.editor.commands.setContent(read(event.target.value), { emitUpdate: false });
    }
  });

  document.addEventListener("outreach:insert", function (event) {
    const kept = editors.get(event.target);
    if (kept) {
      kept.editor.chain().focus().insertContent({ type: "text", text: event.detail.text }).run();
    } else {
      event.target.focus();
      event.target.setRangeText(event.detail.text, event.target.selectionStart, event.target.selectionEnd, "end");
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  /* A field gets its editor a little before it comes into view, so that long campaigns open at once. */
  const watch = new IntersectionObserver(
    function (entries) {
      for (const entry of entries.filter((each) => each.isIntersecting)) {
        watch.unobserve(entry.target);
        mount(entry.target);
      }
    },
    { rootMargin: "1200px 0px" },
  );

  function prepare(root) {
    root.querySelectorAll("textarea[data-prose]").forEach((textarea) => watch.observe(textarea));
  }

  /* The editor of a textarea that left the page goes with it. */
  function tidy() {
    for (const [textarea, kept] of editors) {
      if (!textarea.isConnected) {
        kept.editor.destroy();
        editors.delete(textarea);
      }
    }
  }

  window.outreach.prose.prepare = prepare;
  window.outreach.prose.tidy = tidy;
  window.outreach.prose.focus = function (textarea) {
    mount(textarea);
    editors.get(textarea).editor.commands.focus();
  };
  document.addEventListener("DOMContentLoaded", () => prepare(document));
})();
