/* Between the stored text of a prose field and the document of its editor.

   The stored form is the small Markdown that campaigns/prose.py renders: paragraphs, bold, italic, links, lists and
   line breaks. It is read here with the same rules, and written so that reading it again gives the same document.
   Placeholders, {{nombre|vecina, vecino}}, are kept letter by letter. */
(function () {
  "use strict";

  const RULES = ["emphasis", "link", "autolink", "list", "newline", "escape", "entity"];
  const SLOT = /\{\{[^{}\n]{1,300}\}\}/;
  const SLOTS = new RegExp(SLOT, "g");
  const reader = makeReader();

  function makeReader() {
    const made = new TipTap.MarkdownIt("zero", { html: false, breaks: true }).enable(RULES);
    made.validateLink = (url) => Boolean(url);
    made.inline.ruler.before("newline", "slot", function (state, silent) {
      const found = new RegExp(SLOT.source, "y");
      found.lastIndex = state.pos;
      const match = found.exec(state.src);
      if (!match) {
        return false;
      }
      if (!silent) {
        state.push("text", "", 0).content = match[0];
      }
      state.pos += match[0].length;
      return true;
    });
    return made;
  }

  /* ---- reading ---- */

  const LISTS = { bullet_list_open: "bulletList", ordered_list_open: "orderedList" };
  const MARKS = { strong_open: "bold", em_open: "italic", link_open: "link" };

  function read(markdown) {
    const doc = { type: "doc", content: [] };
    const stack = [doc];
    const top = () => stack[stack.length - 1];
    const open = function (node) {
      top().content.push(node);
      stack.push(node);
    };
    for (const token of reader.parse(markdown, {})) {
      if (LISTS[token.type]) {
        const attrs = { tight: true };
        if (token.type === "ordered_list_open") {
          attrs.start = Number(token.attrGet("start") || 1);
        }
        open({ type: LISTS[token.type], attrs, content: [] });
      } else if (token.type === "list_item_open") {
        open({ type: "listItem", content: [] });
      } else if (token.type === "paragraph_open") {
        if (!token.hidden && stack.length > 2) {
          stack[stack.length - 2].attrs.tight = false;
        }
        open({ type: "paragraph", content: [] });
      } else if (token.type === "inline") {
        top().content = readInline(token.children || []);
      } else if (/_close$/.test(token.type)) {
        fillItem(stack.pop());
      }
    }
    if (!doc.content.length) {
      doc.content.push({ type: "paragraph" });
    }
    return doc;
  }

  /* An item begins with a paragraph, also where the text has none. */
  function fillItem(node) {
    if (node.type === "listItem" && (!node.content.length || node.content[0].type !== "paragraph")) {
      node.content.unshift({ type: "paragraph" });
    }
  }

  function readInline(tokens) {
    const content = [];
    let marks = [];
    for (const token of tokens) {
      if (MARKS[token.type]) {
        const mark = { type: MARKS[token.type] };
        if (mark.type === "link") {
          mark.attrs = { href: token.attrGet("href") || "" };
        }
        marks = [...marks.filter((each) => each.type !== mark.type), mark];
      } else if (/_close$/.test(token.type)) {
        marks = marks.filter((each) => each.type !== MARKS[token.type.replace("_close", "_open")]);
      } else if (token.type === "softbreak" || token.type === "hardbreak") {
        content.push({ type: "hardBreak" });
      } else if (token.content) {
        content.push(marks.length ? { type: "text", text: token.content, marks } : { type: "text", text: token.content });
      }
    }
    return content;
  }

  /* ---- writing ---- */

  function write(doc) {
    return writeBlocks(doc.content || [], "\n\n");
  }

  function writeBlocks(nodes, gap) {
    let text = "";
    let last = null;
    for (const node of nodes) {
      const isAlternate = Boolean(last) && last.type === node.type && node.type !== "paragraph" && !last.isAlternate;
      const written = node.type === "paragraph" ? writeParagraph(node) : writeList(node, isAlternate);
      if (!written) {
        continue;
      }
      text += (last ? chooseGap(node, gap) : "") + written;
      last = { type: node.type, isAlternate };
    }
    return text;
  }

  /* Directly after the words of its item stands a list only, and a numbered one only if it starts with 1. */
  function chooseGap(node, gap) {
    const isInner = node.type === "bulletList" || (node.type === "orderedList" && startOf(node) === 1);
    return isInner ? gap : "\n\n";
  }

  function startOf(node) {
    const start = node.attrs ? node.attrs.start : 1;
    return Number.isInteger(start) && start >= 0 ? start : 1;
  }

  function writeList(node, isAlternate) {
    const isTight = !node.attrs || node.attrs.tight !== false;
    const items = [];
    let number = startOf(node);
    for (const item of node.content || []) {
      const sign = node.type === "orderedList" ? number + (isAlternate ? ") " : ". ") : isAlternate ? "* " : "- ";
      const inside = writeBlocks(item.content || [], isTight ? "\n" : "\n\n");
      if (inside) {
        items.push(sign + inside.replace(/\n(?!\n|$)/g, "\n" + " ".repeat(sign.length)));
        number += 1;
      }
    }
    return items.join(isTight ? "\n" : "\n\n");
  }

  function writeParagraph(node) {
    const pieces = cutPieces(node.content || []);
    const whole = pieces.map((piece) => piece.text).join("");
    return writeRun(tidyEdges(pieces), [], { hasLinkish: whole.includes("](") });
  }

  /* Pieces: {text, isSlot, isBreak, marks: {bold, italic, link}}. A placeholder is one piece whatever marks cut it. */
  function cutPieces(nodes) {
    const flat = [];
    for (const node of nodes) {
      const marks = {};
      for (const mark of node.marks || []) {
        marks[mark.type] = mark.type === "link" ? mark.attrs.href : true;
      }
      flat.push(node.type === "hardBreak" ? { text: "\n", isBreak: true, marks } : { text: node.text || "", marks });
    }
    const whole = flat.map((piece) => piece.text).join("");
    const slots = [...whole.matchAll(SLOTS)].map((match) => [match.index, match.index + match[0].length]);
    const pieces = [];
    let start = 0;
    for (const piece of flat) {
      cutAtSlots(piece, start, slots, pieces);
      start += piece.text.length;
    }
    return pieces;
  }

  function cutAtSlots(piece, start, slots, pieces) {
    let position = start;
    const end = start + piece.text.length;
    const take = function (to, isSlot) {
      if (to > position) {
        pieces.push({ ...piece, text: piece.text.slice(position - start, to - start), isSlot });
        position = to;
      }
    };
    for (const [from, to] of slots) {
      if (to <= position || from >= end) {
        continue;
      }
      take(Math.max(from, position), false);
      if (from < start) {
        /* The rest of a placeholder that an earlier piece began. */
        pieces[pieces.length - 1].text += piece.text.slice(position - start, Math.min(to, end) - start);
        position = Math.min(to, end);
      } else {
        take(Math.min(to, end), true);
      }
    }
    take(end, false);
  }

  /* No spaces at the ends of a line, no breaks at the ends of a paragraph: the reader drops them anyway. */
  function tidyEdges(pieces) {
    const kept = pieces.filter((piece) => piece.text);
    kept.forEach(function (piece, place) {
      if (piece.isBreak || piece.isSlot) {
        return;
      }
      if (place === 0 || kept[place - 1].isBreak) {
        piece.text = piece.text.replace(/^[ \t]+/, "");
      }
      if (place === kept.length - 1 || kept[place + 1].isBreak) {
        piece.text = piece.text.replace(/[ \t]+$/, "");
      }
    });
    let lines = kept.filter((piece) => piece.text);
    /* An empty line would end the paragraph. */
    lines = lines.filter((piece, place) => !piece.isBreak || (place > 0 && !lines[place - 1].isBreak));
    while (lines.length && lines[lines.length - 1].isBreak) {
      lines.pop();
    }
    return lines;
  }

  const ORDER = ["link", "bold", "italic"];

  function writeRun(pieces, active, surroundings) {
    let text = "";
    let place = 0;
    while (place < pieces.length) {
      const [mark, end] = findLongest(pieces, place, active);
      if (mark) {
        const [before, inside, after] = trimRun(pieces, place, end, mark);
        text += writeRun(before, active, { ...surroundings, isInside: place > 0 || surroundings.isInside });
        text += wrap(inside, mark, active, surroundings);
        text += writeRun(after, active, { ...surroundings, isInside: true });
        place = end;
      } else {
        const isFirst = !surroundings.isInside && (place === 0 || pieces[place - 1].isBreak);
        const isAfterBreak = place > 0 && pieces[place - 1].isBreak;
        text += writePiece(pieces[place], isFirst || isAfterBreak, active, surroundings);
        place += 1;
      }
    }
    return text;
  }

  function findLongest(pieces, place, active) {
    let best = [null, place];
    for (const mark of ORDER) {
      const value = pieces[place].marks[mark];
      if (value === undefined || active.includes(mark) || pieces[place].isBreak) {
        continue;
      }
      let end = place + 1;
      while (end < pieces.length && (pieces[end].marks[mark] === value || bridges(pieces, end, mark, value))) {
        end += 1;
      }
      if (end > best[1]) {
        best = [mark, end];
      }
    }
    return best;
  }

  function bridges(pieces, place, mark, value) {
    return pieces[place].isBreak && place + 1 < pieces.length && pieces[place + 1].marks[mark] === value;
  }

  const LETTER = /[\p{L}\p{N}\p{M}]/u;
  const SPACE = /\s/;

  /* A mark can begin or end beside a space or a sign only: what stands at its edges moves out of it otherwise. */
  function trimRun(pieces, from, to, mark) {
    const inside = pieces.slice(from, to).map((piece) => ({ ...piece }));
    const before = [];
    const after = [];
    if (mark === "link") {
      return [before, inside, after];
    }
    const strip = function (piece) {
      const marks = { ...piece.marks };
      delete marks[mark];
      return { ...piece, marks };
    };
    const outsideLeft = from > 0 ? lastOf(pieces[from - 1].text) : " ";
    const outsideRight = to < pieces.length ? firstOf(pieces[to].text) : " ";
    while (inside.length) {
      const piece = inside[0];
      const sign = firstOf(piece.text);
      const leans = LETTER.test(before.length ? lastOf(before[before.length - 1].text) : outsideLeft);
      if (!piece.isBreak && !SPACE.test(sign) && (LETTER.test(sign) || !leans)) {
        break;
      }
      moveEdge(inside, before, true, strip);
    }
    while (inside.length) {
      const piece = inside[inside.length - 1];
      const sign = lastOf(piece.text);
      const leans = LETTER.test(after.length ? firstOf(after[0].text) : outsideRight);
      if (!piece.isBreak && !SPACE.test(sign) && (LETTER.test(sign) || !leans)) {
        break;
      }
      moveEdge(inside, after, false, strip);
    }
    return [before, inside, after];
  }

  function moveEdge(inside, outside, isStart, strip) {
    const piece = isStart ? inside[0] : inside[inside.length - 1];
    const sign = isStart ? firstOf(piece.text) : lastOf(piece.text);
    const isWhole = piece.isSlot || piece.isBreak || piece.text === sign;
    const moved = strip({ ...piece, text: isWhole ? piece.text : sign });
    if (isStart) {
      outside.push(moved);
      piece.text = piece.text.slice(moved.text.length);
    } else {
      outside.unshift(moved);
      piece.text = piece.text.slice(0, piece.text.length - moved.text.length);
    }
    if (!piece.text) {
      inside.splice(isStart ? 0 : inside.length - 1, 1);
    }
  }

  function firstOf(text) {
    return String.fromCodePoint(text.codePointAt(0) || 32);
  }

  function lastOf(text) {
    const signs = Array.from(text.slice(-2));
    return signs.length ? signs[signs.length - 1] : " ";
  }

  const SIGNS = { bold: "**", italic: "*" };

  function wrap(pieces, mark, active, surroundings) {
    if (!pieces.length) {
      return "";
    }
    const inside = writeRun(pieces, [...active, mark], { ...surroundings, isInside: true });
    if (mark !== "link") {
      return SIGNS[mark] + inside + SIGNS[mark];
    }
    const href = pieces[0].marks.link;
    const words = pieces.map((piece) => piece.text).join("");
    const isPlain = pieces.every((piece) => Object.keys(piece.marks).length === 1) && /^[!-;=?-~]+$/.test(words);
    if (isPlain && words === href && /^https?:/.test(href)) {
      return "<" + href + ">";
    }
    return "[" + inside + "](" + writeAddress(href) + ")";
  }

  function writeAddress(href) {
    const codes = { " ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", "\n": "%0A", "\t": "%09" };
    return escapeEntities(href.replace(/[ ()<>\\\n\t]/g, (sign) => codes[sign]));
  }

  function escapeEntities(text) {
    return text.replace(/&(?=(?:#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z][a-z0-9]{1,31});)/gi, "\\&");
  }

  const AUTOLINK = /<(?=[a-z][a-z0-9+.-]{1,31}:[^<>\s]*>|[^\s<>@]+@[^<>\s]+>)/gi;

  function writePiece(piece, startsLine, active, surroundings) {
    if (piece.isSlot || piece.isBreak) {
      return piece.text;
    }
    let text = piece.text.replace(/\\(?=[!-/:-@[-`{-~]|$)/g, "\\\\");
    text = text.replace(/\*/g, "\\*");
    text = text.replace(/_/g, function (sign, place, whole) {
      const isInside = LETTER.test(whole[place - 1] || "") && LETTER.test(whole[place + 1] || "");
      return isInside ? sign : "\\_";
    });
    if (active.includes("link")) {
      text = text.replace(/[[\]]/g, "\\$&");
    } else if (surroundings.hasLinkish) {
      text = text.replace(/\[/g, "\\[");
    }
    text = escapeEntities(text).replace(AUTOLINK, "\\<");
    if (startsLine) {
      text = text.replace(/^([-+])(?=\s|$)/, "\\$1").replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
    }
    return text;
  }

  window.outreach = window.outreach || {};
  window.outreach.prose = { read, write, SLOTS };
})();
