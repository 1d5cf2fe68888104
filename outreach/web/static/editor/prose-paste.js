/* What is pasted into a prose field, from Word, Google Docs or any page, as the few tags that the field knows. */
(function () {
  "use strict";

  const SKIPPED = new Set(["STYLE", "SCRIPT", "TITLE", "META", "LINK", "HEAD", "IMG", "SVG", "OBJECT", "IFRAME", "TEMPLATE"]);
  const BLOCKS = new Set([
    "P", "DIV", "SECTION", "ARTICLE", "HEADER", "FOOTER", "MAIN", "ASIDE", "BLOCKQUOTE", "PRE", "TABLE", "TBODY",
    "THEAD", "TFOOT", "TR", "TD", "TH", "CAPTION", "DL", "DT", "DD", "FIGURE", "FIGCAPTION", "FORM", "HR", "ADDRESS",
  ]);
  const HEADING = /^H[1-6]$/;

  /* Styles and handlers are set aside before anything reads the page: the policy of ours would report each of them. */
  function clean(html) {
    const bare = html
      .replace(/<!--\[if !supportLists\]-->|<!\[if !supportLists\]>|<!--\[endif\]-->|<!\[endif\]>/gi, "")
      .replace(/<!--[\s\S]*?-->/g, "")
      .replace(/<(style|script|xml|title)\b[\s\S]*?<\/\1\s*>/gi, "")
      .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s"'/])(style|on[a-z]+)\s*=/gi, "$1 data-$2="));
    const page = new DOMParser().parseFromString(bare, "text/html");
    const writer = new Writer();
    writer.walk(page.body, {});
    return writer.finish();
  }

  class Writer {
    constructor() {
      this.html = [];
      this.line = "";
      this.lists = [];
    }

    finish() {
      this.flush();
      this.closeLists(0);
      return this.html.join("");
    }

    walk(node, marks) {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) {
          this.addText(child.nodeValue, marks);
        } else if (child.nodeType === Node.ELEMENT_NODE && !SKIPPED.has(child.tagName.toUpperCase())) {
          this.visit(child, marks);
        }
      }
    }

    visit(element, marks) {
      const tag = element.tagName.toUpperCase();
      const style = readStyle(element);
      if (/(^|;)\s*(mso-list\s*:\s*ignore|display\s*:\s*none|mso-hide\s*:\s*all)/i.test(style)) {
        return;
      }
      if (tag === "BR") {
        this.line += this.line.trim() ? "<br>" : "";
      } else if (tag === "UL" || tag === "OL") {
        this.walkList(element, tag.toLowerCase(), marks);
      } else if (findWordLevel(element, style)) {
        this.walkWordItem(element, findWordLevel(element, style), marks);
      } else if (HEADING.test(tag) || BLOCKS.has(tag) || tag === "LI") {
        this.flush();
        this.closeLists(this.depth || 0);
        this.walk(element, HEADING.test(tag) ? { ...marks, bold: true } : marks);
        this.flush();
      } else {
        this.walk(element, readMarks(element, tag, style, marks));
      }
    }

    walkList(element, tag, marks) {
      this.flush();
      const depth = (this.depth || 0) + 1;
      for (const item of element.children) {
        if (item.tagName === "UL" || item.tagName === "OL") {
          /* Google Docs and old Word put an inner list beside the items. */
          this.depth = depth;
          this.walkList(item, item.tagName.toLowerCase(), marks);
        } else {
          this.openItem(depth, tag);
          this.depth = depth;
          this.walk(item, marks);
          this.flush();
        }
        this.depth = depth - 1;
      }
      this.closeLists(depth - 1);
    }

    /* Word writes the items of its lists as paragraphs: their level stands in the style, their sign in the text. */
    walkWordItem(element, level, marks) {
      this.flush();
      const ignored = [...element.querySelectorAll("[data-style]")].find((part) => /mso-list\s*:\s*ignore/i.test(readStyle(part)));
      const sign = ignored ? ignored.textContent.trim() : "";
      this.openItem(level, /^\(?(\d{1,3}|[a-z]{1,3})[.)]/i.test(sign) ? "ol" : "ul");
      this.depth = level;
      this.walk(element, marks);
      this.flush();
      this.depth = 0;
    }

    openItem(depth, tag) {
      this.closeLists(depth);
      if (this.lists.length === depth && this.lists[depth - 1] !== tag) {
        this.closeLists(depth - 1);
      }
      if (this.lists.length === depth) {
        this.html.push("</li><li>");
        return;
      }
      while (this.lists.length < depth) {
        if (this.lists.length && !this.html.length) {
          this.html.push("<p></p>");
        }
        this.html.push("<" + tag + "><li>");
        this.lists.push(tag);
      }
    }

    closeLists(depth) {
      while (this.lists.length > depth) {
        this.html.push("</li></" + this.lists.pop() + ">");
      }
    }

    addText(text, marks) {
      const words = escape(text.replace(/[\s\u00a0]+/g, " "));
      if (!words || (words === " " && (!this.line || this.line.endsWith(" ") || this.line.endsWith("<br>")))) {
        return;
      }
      let written = words;
      if (words.trim()) {
        written = marks.italic ? "<em>" + written + "</em>" : written;
        written = marks.bold ? "<strong>" + written + "</strong>" : written;
        written = marks.href ? '<a href="' + escape(marks.href) + '">' + written + "</a>" : written;
      }
      this.line += written;
    }

    flush() {
      const line = this.line.replace(/(<br>|\s)+$/, "").trim();
      if (line) {
        if (!this.depth) {
          this.closeLists(0);
        }
        this.html.push("<p>" + line + "</p>");
      }
      this.line = "";
    }
  }

  function readStyle(element) {
    return element.getAttribute("data-style") || "";
  }

  function findWordLevel(element, style) {
    const found = /mso-list\s*:[^;]*\blevel(\d)/i.exec(style);
    if (found) {
      return Math.min(Number(found[1]), 6);
    }
    return /MsoListParagraph|MsoListBullet|MsoListNumber/i.test(element.className) && /[·•§o\d]/.test(element.textContent.trim()[0] || "") && element.querySelector('[data-style*="Ignore"]') ? 1 : 0;
  }

  function readMarks(element, tag, style, marks) {
    const made = { ...marks };
    const weight = (/(?:^|;)\s*font-weight\s*:\s*(\w+)/i.exec(style) || [])[1] || "";
    const slant = (/(?:^|;)\s*font-style\s*:\s*(\w+)/i.exec(style) || [])[1] || "";
    if (tag === "B" || tag === "STRONG" || /^(bold|bolder|[6-9]00)$/i.test(weight)) {
      made.bold = true;
    }
    if (tag === "I" || tag === "EM" || /^(italic|oblique)$/i.test(slant)) {
      made.italic = true;
    }
    if (/^(normal|lighter|[1-5]00)$/i.test(weight)) {
      made.bold = false;
    }
    if (/^normal$/i.test(slant)) {
      made.italic = false;
    }
    if (tag === "A") {
      made.href = unwrap(element.getAttribute("href") || "") || made.href;
    }
    return made;
  }

  /* Only what a message may carry; Google Docs sends its links through an address of its own. */
  function unwrap(href) {
    let found = href.trim();
    try {
      const address = new URL(found);
      if (/(^|\.)google\.com$/.test(address.hostname) && address.pathname === "/url" && address.searchParams.get("q")) {
        found = address.searchParams.get("q");
      }
    } catch {
      return "";
    }
    return /^(https?:|mailto:)/i.test(found) ? found : "";
  }

  function escape(text) {
    const codes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
    return text.replace(/[&<>"]/g, (sign) => codes[sign]);
  }

  window.outreach = window.outreach || {};
  window.outreach.prose = window.outreach.prose || {};
  window.outreach.prose.clean = clean;
})();
